import assert from 'node:assert/strict';
import type { FormatId, UserId } from '../src/battle/ids.ts';
import { type FigureParts, ownFigures } from '../src/figures.ts';
import { healthStats, type StatsParts } from '../src/health-stats.ts';
import { StoreAway } from '../src/persistence/input-log/input-log.ts';
import { RedisOutbox } from '../src/persistence/outbox/redis-outbox.ts';
import { connectionFigures, redisFigures } from '../src/persistence/redis/figures.ts';
import { RedisTickets } from '../src/persistence/tickets/redis.ts';
import { PARTS, SELF } from './support/figures.ts';
import { freshKeys, startTestRedis, type TestRedis } from './support/redis.ts';
import { until } from './support/until.ts';

const queue = 'gen9ou' as FormatId;
const OTHER = { ...SELF, id: 'p-2', battles: 5, connections: 10 };

describe('healthStats', () => {
  let redis: TestRedis;
  let parts: FigureParts;
  const ask: StatsParts['ask'] = async () => ownFigures({ ...parts, describe: () => OTHER });
  before(async () => {
    redis = await startTestRedis();
    const keys = freshKeys();
    const connection = redis.connect();
    const tickets = new RedisTickets(connection, keys);
    const outbox = new RedisOutbox(connection, keys);
    for (const [index, format] of [queue, queue, 'gen1ou' as FormatId].entries())
      await tickets.join({ userId: `u-${index}` as UserId, name: 'U', elo: 1000, format, team: null }, false);
    await redis.admin.zadd(keys.outbox, 1, 'b-1', 2, 'b-2');
    await redis.admin.zadd(keys.aside, 1, 'b-3');
    parts = {
      ...PARTS,
      membership: { processes: async () => [SELF, OTHER] },
      tickets,
      checks: { database: async () => true, redis: async () => true },
      redis: {
        outbox: () => outbox.figures(),
        figures: () => redisFigures(connection),
        connections: () => ({ queue: connectionFigures(connection) }),
      },
    };
  });
  after(() => redis.stop());

  it('puts together what the parts say', async () => {
    const stats = await healthStats({ ...parts, ask });
    const { id, engine, version, uptime, memory, cpuSeconds, eventLoopDelayMs } = stats.process;
    assert.deepEqual([id, engine, eventLoopDelayMs], ['p-1', 'engine-1', { p50: 1, p99: 20, max: 30 }]);
    assert.match(version, /^\d+\.\d+\.\d+/);
    assert(uptime >= 0 && memory.rss > memory.heapUsed && memory.heapUsed > 0 && cpuSeconds.user > 0);
    assert.deepEqual(stats.processes, [SELF, OTHER]);
    assert.equal(stats.counts.recoveries, 2);
    assert.equal(stats.relay?.relayed, 5);
    assert.equal(stats.rooms, 3);
    assert.equal(stats.connections, 7);
    assert.deepEqual(stats.sockets, { all: 7, players: 5, spectators: 1, matchmaking: 1, ladder: 0 });
    assert.equal(stats.battles.playing.meanAgeMs, 60_000);
    assert.deepEqual(stats.queues, { gen9ou: 2, gen1ou: 1 });
    assert.deepEqual(stats.outbox, { waiting: 2, aside: 1, oldestMs: null });
    assert.deepEqual(stats.stores, { database: true, redis: true });
    assert.deepEqual(stats.redisConnections, { queue: { isUp: true, waiting: 0 } });
    assert(stats.redis && stats.redis.usedMemory > 100_000 && stats.redis.keys > 5);
    assert.equal(stats.redis.evictedKeys, 0);
    assert.equal(typeof stats.redis.isAppendOnly, 'boolean');
    assert(stats.redis.clients >= 1);
  });

  it('asks the other processes, and adds up what all say', async () => {
    const stats = await healthStats({ ...parts, ask });
    assert.deepEqual(
      stats.others?.map((other) => [other.process.id, other.rooms]),
      [['p-2', 5]],
    );
    const counts = { recoveries: 4, fencings: 2, suspensions: 0, voids: 0 };
    assert.deepEqual(stats.all, { processes: 2, rooms: 8, connections: 17, counts });
  });

  it('leaves out who does not answer', async () => {
    const stats = await healthStats({ ...parts, ask: () => Promise.reject(new Error('silence')) });
    assert.deepEqual(stats.others, []);
    assert.equal(stats.all.processes, 1);
  });

  it('needs no Redis and no relay', async () => {
    const alone = { relay: undefined, redis: undefined, checks: { database: async () => false } };
    const stats = await healthStats({ ...parts, ...alone, ask });
    assert.equal(stats.relay, null);
    assert.equal(stats.redis, null);
    assert.deepEqual(stats.stores, { database: false });
    assert.deepEqual(stats.redisConnections, {});
    assert.deepEqual(stats.outbox, { waiting: 0, aside: 0, oldestMs: null });
  });

  it('says what it can while the store is away, and hides no bug', async () => {
    await redis.kill();
    await until(() => !ownFigures(parts).redisConnections['queue']!.isUp, 'nobody noticed');
    const membership = { processes: () => Promise.reject(new StoreAway('away')) };
    const stats = await healthStats({ ...parts, membership, ask });
    const { processes, queues, outbox, redis: figures, others } = stats;
    assert.deepEqual([processes, queues, outbox, figures, others], [null, null, null, null, null]);
    assert.equal(stats.rooms, 3);
    assert.equal(stats.isSuspended, true);
    assert.equal(stats.redisConnections['queue']?.isUp, false);
    const broken = { processes: () => Promise.reject(new TypeError('a bug')) };
    await assert.rejects(healthStats({ ...parts, membership: broken, ask }), TypeError);
  });
});
