/**
 * Battles end in Redis while the processes that bring them into the database, Redis and PostgreSQL are killed again and
 * again: each is recorded once, as it was played, and moves ratings once.
 */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, shuffled, type Random } from '../../src/battle/random.ts';
import { OrmBattleStore } from '../../src/persistence/database/battle-store.ts';
import { migrate } from '../../src/persistence/database/migrate.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/persistence/embedded-postgres.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { RedisOutbox } from '../../src/persistence/outbox/redis-outbox.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { runSql, temporaryDirectory } from '../support/postgres.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { checkChain } from './chain.ts';
import { Drainers } from './finishes.drainers.ts';
import { Players } from './finishes.players.ts';

export interface FinishesSize {
  readonly battles: number;
  readonly users: number;
  readonly formats: number;
  /** Of each. */
  readonly kills: { readonly drainer: number; readonly redis: number; readonly postgres: number };
}

type Victim = keyof FinishesSize['kills'];

const PREFIX = 'finishes:';
const DRAINERS = 3;
const PRODUCERS = 4;
/** What was acknowledged is on disk. */
const SAFE = { appendonly: 'yes', appendfsync: 'always' };
/** The server's own, set forward so that nobody waits for what a dead drainer had in hand. */
const CLOCK = `local function clock()
  return redis.call('TIME')[1] * 1000 + tonumber(redis.call('GET', 'ahead') or 0)
end`;
const HELD_MS = 11_000;
const CALM_MAX_MS = 150;
const PATIENCE_MS = 60_000;

export async function proveFinishes(
  size: FinishesSize,
  seed: number,
  report: (line: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  const dataDir = await temporaryDirectory();
  const postgres = await startEmbeddedPostgres({ dataDir });
  const redis = await startTestRedis(SAFE);
  try {
    const orm = await initOrm({ connection: postgres });
    await migrate(orm);
    await orm.close();
    const { host, port } = postgres;
    const order = { redis: redis.address, prefix: PREFIX, clock: CLOCK, database: { host, port } };
    const drainers = new Drainers(order, DRAINERS);
    try {
      return await withKills(size, seed, { postgres, redis, drainers, report });
    } finally {
      await drainers.stop();
    }
  } finally {
    await redis.stop();
    await postgres.stop();
    await rm(dataDir, { recursive: true });
  }
}

interface Stage {
  readonly postgres: EmbeddedPostgres;
  readonly redis: TestRedis;
  readonly drainers: Drainers;
  readonly report: (line: string) => void;
}

async function withKills(
  size: FinishesSize,
  seed: number,
  stage: Stage,
): Promise<Readonly<Record<string, unknown>>> {
  const { redis, drainers, report } = stage;
  const random = seededRandom(`kills ${seed}`);
  const keys = redisKeys(PREFIX);
  const connection = redis.connect();
  const players = new Players(
    new RedisInputLog(connection, keys, CLOCK),
    `battles ${seed}`,
    size.users,
    size.formats,
  );
  const victims = shuffled(random, [
    ...Array<Victim>(size.kills.drainer).fill('drainer'),
    ...Array<Victim>(size.kills.redis).fill('redis'),
    ...Array<Victim>(size.kills.postgres).fill('postgres'),
  ]);
  let played = 0;
  for (const [index, victim] of victims.entries()) {
    // Some more battles end around every kill.
    const until = Math.round(((index + 1) * size.battles) / victims.length);
    const producing = produce(players, until - played);
    played = until;
    await sleep(random() * CALM_MAX_MS);
    await kill(victim, stage, random);
    await producing;
    drainers.check();
    report(`${index + 1} of ${victims.length} kills, ${played} battles ended`);
  }
  const outbox = new RedisOutbox(connection, keys, CLOCK);
  await drained(outbox, stage);
  drainers.check();
  return { kills: size.kills, ...(await verdict(players, stage, outbox)) };
}

async function produce(players: Players, count: number): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: PRODUCERS }, async () => {
      while (left-- > 0) await players.play();
    }),
  );
}

async function kill(victim: Victim, { postgres, redis, drainers }: Stage, random: Random): Promise<void> {
  if (victim === 'drainer') {
    await drainers.kill();
    await redis.admin.incrby('ahead', HELD_MS);
  } else if (victim === 'redis') {
    await redis.kill();
    await redis.start();
  } else {
    // Half of the times only one of its processes: the others then die by its hand.
    const backends = `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`;
    const { rows } = await patiently(() => runSql(postgres, backends));
    const backend = (rows as { pid: number }[])[0]?.pid;
    process.kill(backend !== undefined && random() < 0.5 ? backend : postgres.pid(), 'SIGKILL');
  }
}

/** Until the outbox is empty. */
async function drained(outbox: RedisOutbox, { redis, postgres, drainers }: Stage): Promise<void> {
  await patiently(() => runSql(postgres, 'select 1'));
  await patiently(async () => {
    drainers.check();
    const { waiting, aside } = await outbox.figures();
    assert.equal(aside, 0, 'set aside');
    if (waiting === 0) return;
    await redis.admin.incrby('ahead', HELD_MS);
    await sleep(500);
    throw new Error(`${waiting} battles wait`);
  });
}

async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const startedAt = performance.now();
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() - startedAt > PATIENCE_MS) throw error;
      await sleep(50);
    }
  }
}

async function verdict(
  { finished }: Players,
  { postgres, redis, drainers }: Stage,
  outbox: RedisOutbox,
): Promise<Readonly<Record<string, unknown>>> {
  const orm = await initOrm({ connection: postgres });
  const store = new OrmBattleStore(orm);
  for (const { opening, entries, outcome, lines, turns, startedAt, endedAt } of finished) {
    const stored = await store.get(opening.id);
    assert(stored, `${opening.id} is not recorded`);
    assert.deepEqual(stored.lines, lines, opening.id);
    assert.deepEqual(stored.inputs, entries, opening.id);
    const { winner, reason, rated, seed } = stored;
    assert.deepEqual(
      { winner, reason, rated, seed, turns: stored.turns, at: [stored.startedAt, stored.endedAt] },
      { ...outcome, rated: opening.rated, seed: opening.seed, turns, at: [startedAt, endedAt] },
      opening.id,
    );
    assert.deepEqual(
      stored.players.map(({ userId }) => userId),
      opening.sides.map(({ userId }) => userId),
    );
  }
  await orm.close();
  const chain = await checkChain(postgres);
  assert.equal(chain.battles, finished.length);
  const sums = await runSql(postgres, 'select sum(wins + losses + ties)::int as n from ratings');
  assert.equal((sums.rows as { n: number }[])[0]!.n, 2 * chain.rated);
  assert.deepEqual(await outbox.figures(), { waiting: 0, aside: 0, oldestMs: null });
  const left = await redis.admin.keys(`${PREFIX}*:log:*`);
  assert.deepEqual(left, [], 'logs are left');
  const { recorded, again, failed } = drainers;
  return { ...chain, wrongReplays: 0, told: recorded.size, foundRecorded: again, storeAway: failed };
}
