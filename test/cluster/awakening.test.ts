import assert from 'node:assert/strict';
import { createAwakening, type SleepingRoom } from '../../src/cluster/awakening.ts';
import type { BattleId } from '../../src/battle/ids.ts';
import { StoreAway, type InputLog } from '../../src/persistence/input-log/input-log.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { claimNow, opened } from '../persistence/living.ts';
import { FakeScheduler } from '../support/fake-scheduler.ts';
import { freshKeys, startTestRedis, type TestRedis } from '../support/redis.ts';

/** Counts the calls, and fails the first ones. */
class CountedLog extends RedisInputLog {
  failures = 0;
  calls = 0;

  override epochs(ids: readonly BattleId[]): ReturnType<InputLog['epochs']> {
    this.calls += 1;
    return this.calls > this.failures ? super.epochs(ids) : Promise.reject(new StoreAway());
  }
}

describe('a process that wakes up', () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startTestRedis();
  });
  after(() => redis.stop());

  let log: CountedLog;
  let done: string[];
  beforeEach(() => {
    log = new CountedLog(redis.connect(), freshKeys());
    done = [];
  });

  function room(name: string, roomId: BattleId, epoch: number, isSuspended = true): SleepingRoom {
    const session = {
      isSuspended,
      wake: () => {
        session.isSuspended = false;
        done.push(`${name} goes on`);
      },
      lose: () => {
        session.isSuspended = false;
        done.push(`${name} is closed`);
      },
    };
    return { roomId, metadata: { epoch }, session };
  }

  it('asks once for all its battles, and closes those that others have', async () => {
    const [kept, lost, awake] = [await opened(log), await opened(log), await opened(log)];
    for (const { id } of [kept, lost, awake]) await claimNow(log, id, 'self');
    await claimNow(log, lost.id, 'other');
    const rooms = [room('kept', kept.id, 1), room('lost', lost.id, 1), room('awake', awake.id, 1, false)];
    await createAwakening({ log, rooms, scheduler: new FakeScheduler() })();
    assert.deepEqual(done, ['kept goes on', 'lost is closed']);
    assert.equal(log.calls, 1);
  });

  it('asks nothing when nothing sleeps', async () => {
    const { id } = await opened(log);
    const rooms = [room('awake', id, 1, false)];
    await createAwakening({ log, rooms, scheduler: new FakeScheduler() })();
    assert.equal(log.calls, 0);
  });

  it('looks again for who falls asleep while it asks', async () => {
    const [early, late] = [await opened(log), await opened(log)];
    for (const { id } of [early, late]) await claimNow(log, id, 'self');
    const rooms = [room('early', early.id, 1)];
    const awake = createAwakening({ log, rooms, scheduler: new FakeScheduler() });
    const first = awake();
    rooms.push(room('late', late.id, 1));
    await Promise.all([first, awake()]);
    assert.deepEqual(done, ['early goes on', 'late goes on']);
  });

  it('asks again until the store answers, one call at a time', async () => {
    const { id } = await opened(log);
    await claimNow(log, id, 'self');
    log.failures = 2;
    const scheduler = new FakeScheduler();
    const awake = createAwakening({ log, rooms: [room('kept', id, 1)], scheduler });
    const both = Promise.all([awake(), awake()]);
    await scheduler.pass(10_000);
    await both;
    assert.equal(log.calls, 3);
    assert.deepEqual(done, ['kept goes on']);
  });
});
