/** Battles of a real size that end beside a long history: how long recording takes, and what it does to the process. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BattleRecord } from '../../src/battle/record.ts';
import type { Random } from '../../src/battle/random.ts';
import type { DatabaseAddress } from '../../src/persistence/database/address.ts';
import type { InputLog } from '../../src/persistence/input-log/input-log.ts';
import { PostgresInputLog } from '../../src/persistence/input-log/postgres.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { PostgresRecorder } from '../../src/persistence/outbox/postgres-recorder.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { becomesReady, startTestRedis } from '../support/redis.ts';
import { userId } from './history.ts';
import type { Delays } from './history-speed.child.ts';
import { claimNow } from './living.ts';
import { choice, sampleOpening, sampleRecord } from './sample.ts';

const CHILD = new URL('history-speed.child.ts', import.meta.url).pathname;
const PREFIX = 'speed:';
const INPUTS = 60;
const LINES = 400;
/** A line of a battle has about 50 characters: 20 kB of them. */
const WORDS = '|-damage|p2a: Garchomp|';
const SECOND_MS = 1_000;

/** Between any two who have played before; some 20 kB of lines. */
export function longRecord(users: number, random: Random): BattleRecord {
  const one = 1 + Math.floor(random() * users);
  const names = [userId(one), userId((one % users) + 1)] as const;
  const entries = Array.from({ length: INPUTS }, (_, at) => ({ ...choice(at), at }));
  const lines = Array.from({ length: LINES }, () => `${WORDS}${random()}|[from] item`);
  return { ...sampleRecord(sampleOpening({ users: names }), entries), lines };
}

/** Milliseconds of each transaction, by either way. */
export async function finishTimes(
  address: DatabaseAddress,
  count: number,
  next: () => BattleRecord,
): Promise<Readonly<Record<string, number[]>>> {
  const recorder = new PostgresRecorder(address);
  const log = new PostgresInputLog(address);
  const fromRedis: number[] = [];
  const direct: number[] = [];
  for (let index = 0; index < count; index++) {
    const record = next();
    fromRedis.push(await timed(() => recorder.record(record)));
    const other = next();
    await begin(log, other);
    direct.push(await timed(() => log.finish(other.opening.id, 1, other)));
  }
  await Promise.all([recorder.close(), log.close()]);
  return { 'finishing, from Redis': fromRedis, 'finishing, with the end of the battle': direct };
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** What draining so many a second does to the process that drains. */
export async function loopDelay(
  database: DatabaseAddress,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
  next: () => BattleRecord,
): Promise<Delays> {
  const server = await startTestRedis();
  const child = fork(CHILD);
  try {
    const records = Array.from({ length: perSecond * seconds }, next);
    const redis = server.connect();
    await becomesReady(redis);
    const log = new RedisInputLog(redis, redisKeys(PREFIX));
    for (const record of records) {
      await begin(log, record);
      await server.admin.del(record.opening.sides.map((seat) => redisKeys(PREFIX).user(seat.userId)));
    }
    child.send({ redis: server.address, prefix: PREFIX, database });
    const startedAt = performance.now();
    for (const [index, record] of records.entries()) {
      await log.finish(record.opening.id, 1, record);
      await sleep(Math.max(0, startedAt + ((index + 1) * SECOND_MS) / perSecond - performance.now()));
    }
    const answered = once(child, 'message');
    child.send('enough');
    const [delays] = (await answered) as [Delays];
    assert(delays.recorded >= records.length * 0.95, `only ${delays.recorded} were recorded in time`);
    return delays;
  } finally {
    child.kill('SIGKILL');
    await server.stop();
  }
}

/** Its inputs in the log, its users free. */
async function begin(log: InputLog, { opening, entries }: BattleRecord): Promise<void> {
  await log.open(opening);
  const { epoch } = await claimNow(log, opening.id);
  for (const [length, { input, print }] of entries.entries())
    await log.append(opening.id, epoch, length, { input, print });
}
