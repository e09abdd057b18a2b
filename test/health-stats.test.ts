import assert from 'node:assert/strict';
import { LocalPresence } from '@colyseus/core';
import type { FormatId, UserId } from '../src/battle/ids.ts';
import { EventBus } from '../src/cluster/event-bus.ts';
import { healthStats, type StatsParts } from '../src/health-stats.ts';
import { StoreAway } from '../src/persistence/input-log/input-log.ts';
import { RedisOutbox } from '../src/persistence/outbox/redis-outbox.ts';
import { redisFigures } from '../src/persistence/redis/figures.ts';
import { RedisTickets } from '../src/persistence/tickets/redis.ts';
import { noCounts } from '../src/telemetry/counts.ts';
import { createLogger } from '../src/telemetry/logger.ts';
import { FakeScheduler } from './support/fake-scheduler.ts';
import { freshKeys, startTestRedis, type TestRedis } from './support/redis.ts';

const self = {
  id: 'p-1',
  host: '127.0.0.1',
  port: 2567,
  engine: 'engine-1',
  battles: 3,
  connections: 7,
  isDraining: false,
  startedAt: 1,
};
const queue = 'gen9ou' as FormatId;

describe('healthStats', () => {
  const scheduler = new FakeScheduler();
  const bus = new EventBus({
    presence: new LocalPresence(),
    serverId: self.id,
    now: () => 1,
    scheduler,
    logger: createLogger('silent'),
  });
  let redis: TestRedis;
  let parts: StatsParts;
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
      describe: () => self,
      membership: { processes: async () => [self] },
      tickets,
      counts: { ...noCounts(), recoveries: 2 },
      relay: { statistics: { active: 1, relayed: 5, unanswered: 0, refused: 0 } },
      bus,
      loopDelay: { read: () => ({ p50: 1, p99: 2, max: 3 }) },
      redis: { outbox: () => outbox.figures(), figures: () => redisFigures(connection) },
    };
  });
  after(() => redis.stop());

  it('puts together what the parts say', async () => {
    const stats = await healthStats(parts);
    const { uptime, version, memory, ...own } = stats.process;
    assert.deepEqual(own, {
      id: 'p-1',
      engine: 'engine-1',
      eventLoopDelayMs: { p50: 1, p99: 2, max: 3 },
    });
    assert.match(version, /^\d+\.\d+\.\d+/);
    assert(uptime >= 0 && memory.rss > memory.heapUsed && memory.heapUsed > 0);
    assert.deepEqual(stats.processes, [self]);
    assert.equal(stats.counts.recoveries, 2);
    assert.equal(stats.relay?.relayed, 5);
    assert.equal(stats.rooms, 3);
    assert.equal(stats.connections, 7);
    assert.deepEqual(stats.queues, { gen9ou: 2, gen1ou: 1 });
    assert.deepEqual(stats.outbox, { waiting: 2, aside: 1, oldestMs: null });
    assert.equal(stats.bus.health.isHealthy, bus.health.isHealthy);
    assert.equal(stats.bus.statistics.publisher.totalPublished, 0);
    assert(stats.redis && stats.redis.usedMemory > 100_000 && stats.redis.keys > 5);
    assert.equal(stats.redis.evictedKeys, 0);
    assert(stats.redis.clients >= 1);
  });

  it('needs no Redis and no relay', async () => {
    const stats = await healthStats({ ...parts, relay: undefined, redis: undefined });
    assert.equal(stats.relay, null);
    assert.equal(stats.redis, null);
    assert.deepEqual(stats.outbox, { waiting: 0, aside: 0, oldestMs: null });
  });

  it('says what it can while the store is away, and hides no bug', async () => {
    await redis.kill();
    const away = { processes: () => Promise.reject(new StoreAway('away')) };
    const stats = await healthStats({ ...parts, membership: away });
    const { processes, queues, outbox, redis: figures } = stats;
    assert.deepEqual(
      { processes, queues, outbox, figures },
      {
        processes: null,
        queues: null,
        outbox: null,
        figures: null,
      },
    );
    assert.equal(stats.rooms, 3);
    const broken = { processes: () => Promise.reject(new TypeError('a bug')) };
    await assert.rejects(healthStats({ ...parts, membership: broken }), TypeError);
  });
});
