import assert from 'node:assert/strict';
import { pino } from 'pino';
import { CLEAN_UP_MS, RETENTION_MS, startCleanUps } from '../../src/cluster/cleanup.ts';
import { noOrphans } from '../../src/persistence/cleaner.ts';
import { FakeScheduler } from '../support/fake-scheduler.ts';

describe('clean-ups that come by themselves', () => {
  const logger = pino({ level: 'silent' });

  it('come again and again, also after one that failed, until they are stopped', async () => {
    const scheduler = new FakeScheduler();
    const runs: boolean[] = [];
    const cleanUp = (isDryRun: boolean): Promise<ReturnType<typeof noOrphans>> => {
      runs.push(isDryRun);
      return runs.length === 1 ? Promise.reject(new Error('away')) : Promise.resolve(noOrphans());
    };
    const stop = startCleanUps({ cleanUp }, 2 * CLEAN_UP_MS, scheduler, logger);
    assert.deepEqual(runs, []);
    await scheduler.pass(CLEAN_UP_MS);
    assert.deepEqual(runs, [false]);
    await scheduler.pass(4 * CLEAN_UP_MS);
    assert.deepEqual(runs, [false, false, false]);
    stop();
    assert.equal(scheduler.pending, 0);
  });

  it('come every ten minutes for orphans, and by the hour for what is too old', async () => {
    const scheduler = new FakeScheduler();
    const runs = [CLEAN_UP_MS, RETENTION_MS].map((everyMs) => {
      const run = { count: 0 };
      const cleanUp = async () => ({ ...noOrphans(), runs: ++run.count });
      startCleanUps({ cleanUp }, everyMs, scheduler, logger);
      return run;
    });
    await scheduler.pass(24 * 60 * 60_000);
    assert.deepEqual(runs, [{ count: 24 * 6 }, { count: 24 }]);
  });

  it('end with the one under way when they are stopped meanwhile', async () => {
    const scheduler = new FakeScheduler();
    const running = Promise.withResolvers<ReturnType<typeof noOrphans>>();
    const stop = startCleanUps({ cleanUp: () => running.promise }, CLEAN_UP_MS, scheduler, logger);
    await scheduler.pass(CLEAN_UP_MS);
    stop();
    running.resolve(noOrphans());
    await scheduler.pass(CLEAN_UP_MS);
    assert.equal(scheduler.pending, 0);
  });
});
