import assert from 'node:assert/strict';
import { createMember } from '../../src/cluster/membership.ts';
import { LEASE_MS, type ProcessInfo } from '../../src/cluster/process-lease.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { claimNow, opened } from '../persistence/living.ts';
import { FakeScheduler, settle } from '../support/fake-scheduler.ts';
import { freshKeys, startTestRedis, type TestRedis } from '../support/redis.ts';

const SELF: ProcessInfo = {
  id: 'self',
  host: '127.0.0.1',
  port: 1,
  engine: '1',
  battles: 0,
  connections: 0,
  isDraining: false,
  startedAt: 0,
};

const OTHER: ProcessInfo = { ...SELF, id: 'other', port: 2 };

describe('a member of a cluster', () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startTestRedis();
  });
  after(() => redis.stop());

  /** With leases that a test takes away; what it does, in order. */
  function member() {
    const scheduler = new FakeScheduler();
    const done: string[] = [];
    const store = { isAway: false, isSweepBroken: false };
    const leases = {
      renew: () => (store.isAway ? Promise.reject(new StoreAway()) : Promise.resolve()),
      release: (id: string) => {
        done.push(`released ${id}`);
        return store.isAway ? Promise.reject(new StoreAway()) : Promise.resolve();
      },
      alive: () => (store.isAway ? Promise.reject(new StoreAway()) : Promise.resolve([SELF, OTHER])),
      connectedMs: () => 0,
      isListening: () => Promise.resolve(true),
    };
    const log = new RedisInputLog(redis.connect(), freshKeys());
    const membership = createMember(leases, {
      log,
      scheduler,
      describe: () => SELF,
      suspended: (reason) => done.push(`suspended ${reason}`),
      restored: () => done.push('restored'),
      sweep: () => {
        done.push('sweep');
        return store.isSweepBroken ? Promise.reject(new Error('broken')) : Promise.resolve();
      },
      failed: (error) => done.push(`failed ${(error as Error).message}`),
    });
    return { membership, log, scheduler, done, store };
  }

  it('is trusted once it has a lease, and sweeps at once and every 2 s', async () => {
    const { membership, scheduler, done } = member();
    assert.equal(membership.isTrusted(), false);
    await membership.start();
    assert.equal(membership.isTrusted(), true);
    await scheduler.pass(4_000);
    assert.deepEqual(done, ['restored', 'sweep', 'sweep', 'sweep']);
  });

  it('takes up nothing while it may have been given up itself, and goes on after', async () => {
    const { membership, scheduler, done, store } = member();
    await membership.start();
    store.isAway = true;
    await scheduler.pass(LEASE_MS);
    assert.equal(membership.isTrusted(), false);
    done.length = 0;
    await scheduler.pass(60_000);
    assert.deepEqual(done, []);
    store.isAway = false;
    await scheduler.pass(2_000);
    assert.deepEqual(new Set(done), new Set(['restored', 'sweep']));
  });

  it('goes on sweeping after one that failed', async () => {
    const { membership, scheduler, done, store } = member();
    store.isSweepBroken = true;
    await membership.start();
    await settle();
    store.isSweepBroken = false;
    await scheduler.pass(2_000);
    assert.deepEqual(done, ['restored', 'sweep', 'failed broken', 'sweep']);
  });

  for (const isAway of [false, true]) {
    it(`does nothing more once stopped (store away: ${isAway})`, async () => {
      const { membership, scheduler, done, store } = member();
      await membership.start();
      await settle();
      store.isAway = isAway;
      done.length = 0;
      await membership.stop();
      await scheduler.pass(60_000);
      assert.equal(done[0], 'released self');
      assert.equal(done.length, isAway ? 2 : 1);
      assert.equal(scheduler.pending, 0);
    });
  }

  describe('asked where a battle is', () => {
    it('names the process that owns the battle', async () => {
      const { membership, log } = member();
      const { id } = await opened(log);
      await claimNow(log, id, 'other');
      assert.deepEqual(await membership.addressOf(id), OTHER);
    });

    it('names nobody for a battle whose owner does not live', async () => {
      const { membership, log } = member();
      const { id } = await opened(log);
      await claimNow(log, id, 'dead');
      assert.equal(await membership.addressOf(id), null);
    });

    it('says so when the store is away', async () => {
      const { membership, log, store } = member();
      const { id } = await opened(log);
      await claimNow(log, id, 'other');
      store.isAway = true;
      await assert.rejects(membership.addressOf(id), StoreAway);
    });
  });
});
