import assert from 'node:assert/strict';
import { once } from 'node:events';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { RedisLeases } from '../../src/persistence/redis/leases.ts';
import { becomesReady, freshKeys, startTestRedis, type TestRedis } from '../support/redis.ts';

const LEASE_MS = 60_000;

interface Info {
  readonly id: string;
  readonly battles?: number;
}

describe('leases in Redis', () => {
  let server: TestRedis;
  before(async () => {
    server = await startTestRedis();
  });
  after(() => server.stop());

  function newLeases(now = (): number => 0) {
    const keys = freshKeys();
    const redis = server.connect();
    const leases = new RedisLeases<Info>(redis, keys, now);
    const aliveIds = async (): Promise<string[]> => (await leases.alive()).map(({ id }) => id).sort();
    /** Lets a lease end so long from now, by Redis's clock. */
    const endIn = async (id: string, ms: number): Promise<void> => {
      const [seconds] = await server.admin.time();
      await server.admin.zadd(keys.leases, Number(seconds) * 1_000 + ms, id);
    };
    return { keys, redis, leases, aliveIds, endIn };
  }

  it('are nobody’s at first', async () => {
    assert.deepEqual(await newLeases().leases.alive(), []);
  });

  it('tell what a process said with its last renewal', async () => {
    const { leases } = newLeases();
    await leases.renew({ id: 'a', battles: 1 }, LEASE_MS);
    await leases.renew({ id: 'a', battles: 2 }, LEASE_MS);
    assert.deepEqual(await leases.alive(), [{ id: 'a', battles: 2 }]);
  });

  it('are good by the clock of Redis, whatever ours says', async () => {
    const { leases, aliveIds, endIn } = newLeases(() => Number.MAX_SAFE_INTEGER);
    await leases.renew({ id: 'a' }, LEASE_MS);
    await leases.renew({ id: 'b' }, LEASE_MS);
    await endIn('a', -1);
    assert.deepEqual(await aliveIds(), ['b']);
    await leases.renew({ id: 'a' }, LEASE_MS);
    assert.deepEqual(await aliveIds(), ['a', 'b']);
  });

  it('are gone when given back', async () => {
    const { keys, leases, aliveIds } = newLeases();
    await leases.renew({ id: 'a' }, LEASE_MS);
    await leases.renew({ id: 'b' }, LEASE_MS);
    await leases.release('a');
    await leases.release('a');
    assert.deepEqual(await aliveIds(), ['b']);
    assert.deepEqual(await server.admin.hkeys(keys.processes), ['b']);
  });

  it('are forgotten a minute after they ran out, and not before', async () => {
    const { keys, leases, endIn } = newLeases();
    for (const id of ['a', 'b', 'c']) await leases.renew({ id }, LEASE_MS);
    await endIn('a', -62_000);
    await endIn('b', -30_000);
    await leases.renew({ id: 'c' }, LEASE_MS);
    assert.deepEqual((await server.admin.hkeys(keys.processes)).sort(), ['b', 'c']);
    assert.deepEqual((await server.admin.zrange(keys.leases, 0, -1)).sort(), ['b', 'c']);
  });

  it('know for how long the connection has stood', async () => {
    let now = 1_000;
    const { redis, leases } = newLeases(() => now);
    assert.equal(leases.connectedMs(), 0);
    await becomesReady(redis);
    now += 5_000;
    assert.equal(leases.connectedMs(), 5_000);
    const closed = once(redis, 'close');
    const ready = becomesReady(redis);
    await server.cut();
    await closed;
    assert.equal(leases.connectedMs(), 0);
    await ready;
    assert.equal(leases.connectedMs(), 0);
    now += 300;
    assert.equal(leases.connectedMs(), 300);
  });

  it('know it of a connection that stood before', async () => {
    const redis = server.connect();
    await becomesReady(redis);
    let now = 0;
    const leases = new RedisLeases<Info>(redis, freshKeys(), () => now);
    now = 7;
    assert.equal(leases.connectedMs(), 7);
  });

  it('reject with StoreAway while Redis is', async () => {
    const { redis, leases } = newLeases();
    await becomesReady(redis);
    redis.disconnect();
    for (const call of [leases.renew({ id: 'a' }, 1), leases.alive(), leases.release('a')])
      await assert.rejects(call, StoreAway);
  });
});
