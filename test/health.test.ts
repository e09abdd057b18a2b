import assert from 'node:assert/strict';
import type { FormatId } from '../src/battle/ids.ts';
import { createHealth, type HealthParts } from '../src/health.ts';
import { createProbe } from '../src/persistence/database/probe.ts';
import { initOrm } from '../src/persistence/database/orm.ts';
import { StoreAway } from '../src/persistence/input-log/input-log.ts';
import { freshDatabase } from './support/postgres.ts';

const self = {
  id: 'p-1',
  host: '10.0.0.7',
  port: 2567,
  engine: 'engine-1',
  battles: 3,
  connections: 7,
  isDraining: false,
  startedAt: 1,
};

const busHealth = {
  isHealthy: true,
  publisherReady: true,
  subscriberReady: true,
  activeSubscriptions: 5,
  reconnectAttempts: 0,
  roundTripMs: 1,
};

function parts(change: Partial<HealthParts> = {}): HealthParts {
  return {
    checks: { database: async () => true, redis: async () => true },
    describe: () => self,
    membership: { isTrusted: () => true, processes: async () => [self, { ...self, id: 'p-2' }] },
    tickets: { formats: async () => ['gen9ou' as FormatId] },
    loopDelay: { read: () => ({ p50: 1, p99: 2, max: 3 }) },
    bus: { health: busHealth },
    wall: () => 1_800_000_000_000,
    ...change,
  };
}

const up = async (): Promise<boolean> => true;
const down = async (): Promise<boolean> => false;

describe('createHealth', () => {
  const draining = { describe: () => ({ ...self, isDraining: true }) };
  const rows: readonly (readonly [string, Partial<HealthParts>, object, string])[] = [
    ['all is well', {}, { ok: true, draining: false, checks: { redis: true, database: true } }, 'ok'],
    [
      'it drains',
      draining,
      { ok: false, draining: true, checks: { redis: true, database: true } },
      'draining',
    ],
    [
      'Redis is away',
      { checks: { database: up, redis: down } },
      { ok: false, draining: false, checks: { redis: false, database: true } },
      'degraded',
    ],
    [
      'the database is away',
      { checks: { database: down, redis: up } },
      { ok: false, draining: false, checks: { redis: true, database: false } },
      'degraded',
    ],
    [
      'the event bus has been tried in vain',
      { bus: { health: { ...busHealth, isHealthy: false, reconnectAttempts: 10 } } },
      { ok: true, draining: false, checks: { redis: true, database: true } },
      'degraded',
    ],
    [
      'the event bus does not run yet, or any more',
      { bus: { health: { ...busHealth, isHealthy: false } } },
      { ok: true, draining: false, checks: { redis: true, database: true } },
      'ok',
    ],
    [
      'there is no Redis',
      { checks: { database: up } },
      { ok: true, draining: false, checks: { database: true } },
      'ok',
    ],
    [
      'the only database is away',
      { checks: { database: down } },
      { ok: false, draining: false, checks: { database: false } },
      'degraded',
    ],
  ];
  for (const [name, change, readiness, status] of rows) {
    it(`says so when ${name}`, async () => {
      const health = createHealth(parts(change));
      assert.deepEqual(await health.ready(), readiness);
      assert.equal((await health.summary()).status, status);
      assert.deepEqual(health.live(), { ok: true });
    });
  }

  it('sums up, and names no address', async () => {
    const { uptime, version, ...summary } = await createHealth(parts()).summary();
    assert.equal(typeof uptime, 'number');
    assert.match(version as string, /^\d+\.\d+\.\d+/);
    assert.deepEqual(summary, {
      status: 'ok',
      engine: 'engine-1',
      startedAt: 1,
      timestamp: 1_800_000_000_000,
      database: true,
      postgres: true,
      redis: true,
      matchmaking: true,
      gameStates: true,
      socketMappings: true,
      activeRooms: 3,
      activeConnections: 7,
      eventLoopLag: 2,
      bus: busHealth,
      details: {
        redisConnection: 'up',
        processes: 2,
        matchmakingData: 1,
        activeGameStates: 6,
        activeSocketMappings: 14,
        activeRooms: 3,
      },
    });
  });

  it('tells of the outbox where there is one', async () => {
    const outbox = { waiting: 2, aside: 1, oldestMs: 5_000 };
    const summary = await createHealth(parts({ outbox: async () => outbox })).summary();
    assert.deepEqual(summary['outbox'], outbox);
  });

  it('sums up while the store is away', async () => {
    const away = () => Promise.reject(new StoreAway('away'));
    const change = {
      checks: { database: up, redis: down },
      membership: { isTrusted: () => false, processes: away },
      tickets: { formats: away },
      outbox: away,
    };
    const summary = await createHealth(parts(change)).summary();
    assert.equal(summary['matchmaking'], false);
    assert.equal(summary['gameStates'], false);
    assert.equal(summary['socketMappings'], false);
    assert.equal(summary['outbox'], null);
    assert.equal(summary['activeRooms'], 3);
  });

  it('asks the stores once, however many ask', async () => {
    let asked = 0;
    const answer = Promise.withResolvers<boolean>();
    const database = () => {
      asked += 1;
      return answer.promise;
    };
    const health = createHealth(parts({ checks: { database } }));
    const answers = Array.from({ length: 10 }, () => [health.ready(), health.summary()]).flat();
    answer.resolve(true);
    await Promise.all(answers);
    assert.equal(asked, 1);
  });
});

describe('createProbe', () => {
  it('tells whether the database answers, and never rejects', async () => {
    const database = await freshDatabase();
    const orm = await initOrm({ connection: database.connection });
    const isUp = createProbe(orm);
    assert.deepEqual(await Promise.all([isUp(), isUp()]), [true, true]);
    await database.drop();
    assert.equal(await isUp(), false);
    await orm.close();
  });
});
