/** The two ways on which an ended battle comes into the database: with its end, and from Redis. */
import type { BattleRecord } from '../../src/battle/record.ts';
import type { DatabaseAddress } from '../../src/persistence/database/address.ts';
import type { InputLog } from '../../src/persistence/input-log/input-log.ts';
import { PostgresInputLog } from '../../src/persistence/input-log/postgres.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { OutboxDrainer } from '../../src/persistence/outbox.ts';
import { PostgresRecorder } from '../../src/persistence/outbox/postgres-recorder.ts';
import { RedisOutbox } from '../../src/persistence/outbox/redis-outbox.ts';
import type { Recorded } from '../../src/persistence/results/results.ts';
import { freshDatabase, runSql, type SocketAddress } from '../support/postgres.ts';
import { freshKeys, startTestRedis } from '../support/redis.ts';
import { claimNow } from './living.ts';

export interface RecordPath {
  readonly connection: SocketAddress;
  /** By any of its processes, in this order. */
  readonly told: Recorded[];
  /** Opens it and brings it to its end, though its users may be in other battles. */
  play(record: BattleRecord): Promise<void>;
  /** By the process of that number; resolves when it has done what it can. Rejects where a store is away. */
  finish(record: BattleRecord, by?: number): Promise<void>;
  /** Takes the rows of every battle and user. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** `through`: where the recording processes find the database, unless it is where it is. */
export type OpenPath = (through?: Through) => Promise<RecordPath>;
type Through = (real: SocketAddress) => Promise<DatabaseAddress>;

/** What the server's own clock is, set forward by a test. */
const CLOCK = `local function clock()
  return redis.call('TIME')[1] * 1000 + tonumber(redis.call('GET', 'ahead') or 0)
end`;
/** Longer than a drainer may keep a battle to itself. */
const HELD_MS = 20_000;
export const PROCESSES = 8;
const EMPTY = 'truncate users cascade; truncate battles cascade; truncate live_battle cascade';

export const PATHS: Readonly<Record<string, OpenPath>> = {
  'with the end of its battle': openDirect,
  'from Redis': openRedis,
};

async function openDirect(through: Through = same): Promise<RecordPath> {
  const database = await freshDatabase();
  const { connection } = database;
  const told: Recorded[] = [];
  const log = new PostgresInputLog(connection);
  const address = await through(connection);
  const logs = Array.from(
    { length: PROCESSES },
    () => new PostgresInputLog(address, (recorded) => told.push(recorded)),
  );
  return {
    connection,
    told,
    play: async (record) => {
      await begin(log, record);
      await runSql(connection, 'truncate live_player');
    },
    finish: async (record, by = 0) => void (await logs[by]!.finish(record.opening.id, 1, record)),
    empty: async () => void (await runSql(connection, EMPTY)),
    close: async () => {
      await Promise.all([log, ...logs].map((one) => one.close()));
      await database.drop();
    },
  };
}

async function openRedis(through: Through = same): Promise<RecordPath> {
  const server = await startTestRedis();
  const database = await freshDatabase();
  const { connection } = database;
  const told: Recorded[] = [];
  const keys = freshKeys();
  const redis = server.connect();
  const log = new RedisInputLog(redis, keys, CLOCK);
  const outbox = new RedisOutbox(redis, keys, CLOCK);
  const failures: unknown[] = [];
  const address = await through(connection);
  const recorders = Array.from({ length: PROCESSES }, () => new PostgresRecorder(address));
  const drainers = recorders.map(
    (recorder) =>
      new OutboxDrainer(outbox, recorder, {
        recorded: (recorded) => told.push(recorded),
        aside: (_, error) => failures.push(error),
        failed: (error) => failures.push(error),
      }),
  );
  return {
    connection,
    told,
    play: async (record) => {
      await begin(log, record);
      await redis.del(record.opening.sides.map(({ userId }) => keys.user(userId)));
    },
    finish: async (record, by = 0) => {
      await log.finish(record.opening.id, 1, record);
      await drainers[by]!.hurry(record.opening.id);
      if (failures.length === 0) return;
      await redis.incrby('ahead', HELD_MS);
      throw failures.shift();
    },
    empty: async () => {
      await redis.flushall();
      await runSql(connection, EMPTY);
    },
    close: async () => {
      await Promise.all(recorders.map((recorder) => recorder.close()));
      await database.drop();
      await server.stop();
    },
  };
}

async function begin(log: InputLog, { opening }: BattleRecord): Promise<void> {
  await log.open(opening);
  await claimNow(log, opening.id);
}

async function same(address: SocketAddress): Promise<DatabaseAddress> {
  return address;
}
