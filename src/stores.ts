/** All that is stored, and what makes processes one: of this process alone, or shared through Redis. */
import { LocalDriver, LocalPresence, matchMaker, type MatchMakerDriver, type Presence } from '@colyseus/core';
import type { BattleId, UserId } from './battle/ids.ts';
import type { Leases, ProcessInfo } from './cluster/process-lease.ts';
import type { ClusterConfig, Config } from './config/config.ts';
import { MemoryChallenges } from './persistence/challenges/memory.ts';
import { RedisChallenges } from './persistence/challenges/redis.ts';
import type { ChallengeStore } from './persistence/challenges/challenges.ts';
import { openDatabase, openSharedDatabase, type Database } from './persistence/database/open.ts';
import { RedisInputLog } from './persistence/input-log/redis.ts';
import type { InputLog } from './persistence/input-log/input-log.ts';
import { IDLE_CLEANER, type Cleaner } from './persistence/cleaner.ts';
import {
  OutboxDrainer,
  type AsideBattle,
  type OutboxEvents,
  type OutboxFigures,
} from './persistence/outbox.ts';
import { EndedBattles } from './persistence/outbox/ended-battles.ts';
import { PostgresRecorder } from './persistence/outbox/postgres-recorder.ts';
import { RedisOutbox } from './persistence/outbox/redis-outbox.ts';
import { RedisCleaner } from './persistence/redis/cleaner.ts';
import { connectRedis, pingRedis } from './persistence/redis/connection.ts';
import { durabilityWarnings } from './persistence/redis/durability.ts';
import {
  connectionFigures,
  redisFigures,
  type ConnectionFigures,
  type RedisFigures,
} from './persistence/redis/figures.ts';
import { redisKeys } from './persistence/redis/keys.ts';
import { createOutage } from './persistence/redis/outage.ts';
import { ForgivingPresence } from './persistence/redis/presence.ts';
import { RedisLeases } from './persistence/redis/leases.ts';
import { OwnedDriver } from './persistence/redis/owned-driver.ts';
import { Results, type Recorded } from './persistence/results/results.ts';
import { MemoryTickets } from './persistence/tickets/memory.ts';
import { RedisTickets } from './persistence/tickets/redis.ts';
import type { TicketStore } from './persistence/tickets/tickets.ts';
import type { Scheduler } from './rooms/scheduler.ts';
import type { Logger } from './telemetry/logger.ts';

/** Where the server has its time from; the store's clock is the store's. */
export interface Clocks {
  readonly scheduler: Scheduler;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
}

export interface Stores extends Pick<
  Database,
  | 'users'
  | 'teams'
  | 'battles'
  | 'ratings'
  | 'replays'
  | 'blocks'
  | 'results'
  | 'connectionEvents'
  | 'retention'
  | 'pools'
> {
  readonly log: InputLog & { ping(): Promise<boolean> };
  readonly tickets: TicketStore;
  readonly challenges: ChallengeStore;
  readonly presence: Presence;
  readonly driver: MatchMakerDriver;
  /** undefined: this process is alone. */
  readonly leases: (Leases & { isListening(processId: string): Promise<boolean> }) | undefined;
  readonly cleaner: Cleaner;
  /** Each tells within a second whether it answers. */
  readonly checks: { database(): Promise<boolean>; redis?(): Promise<boolean> };
  /** For the operator; undefined without Redis. What it promises rejects with `StoreAway`. */
  readonly redis: RedisInsight | undefined;
  close(): Promise<void>;
}

type Connection = ReturnType<typeof connectRedis>;

export interface RedisInsight {
  outbox(): Promise<OutboxFigures>;
  figures(): Promise<RedisFigures>;
  /** Battles that cannot be recorded, the oldest first. */
  aside(limit: number): Promise<readonly AsideBattle[]>;
  /** Lets one of them be tried again. False where there is no such. */
  retry(id: BattleId): Promise<boolean>;
  /** By what they are for. */
  connections(): Readonly<Record<string, ConnectionFigures>>;
  /** A battle of this user that has ended and is not recorded. */
  unrecorded(userId: UserId): Promise<BattleId | null>;
}

/** Rejects when a store cannot be used at all; a Redis that is away for now is waited for. */
export function openStores(config: Config, logger: Logger, clocks: Clocks): Promise<Stores> {
  return config.cluster
    ? openShared(config, config.cluster, logger, clocks)
    : openOwn(config, logger, clocks);
}

async function openOwn(config: Config, logger: Logger, { wall }: Clocks): Promise<Stores> {
  const database = await openDatabase(config, logger);
  const tickets = new MemoryTickets(wall);
  return {
    ...database,
    tickets,
    challenges: new MemoryChallenges(tickets, wall),
    presence: new LocalPresence(),
    driver: new LocalDriver(),
    leases: undefined,
    cleaner: IDLE_CLEANER,
    checks: { database: () => database.isDatabaseUp() },
    redis: undefined,
  };
}

async function openShared(
  config: Config,
  { redisUrl, prefix }: ClusterConfig,
  logger: Logger,
  { scheduler }: Clocks,
): Promise<Stores> {
  const { address, ...database } = await openSharedDatabase(config);
  const keys = redisKeys(prefix);
  const now = scheduler.now.bind(scheduler);
  const outage = createOutage(logger, now);
  const connections = new Map<string, Connection>();
  const connect = (name: string): Connection => {
    const redis = connectRedis(redisUrl);
    connections.set(name, redis);
    return redis;
  };
  const watched = (name: string): Connection => {
    const redis = connect(name);
    outage.watch(name, redis);
    return redis;
  };
  // One for each use: a burst of appends must not hold up a lease, and Colyseus closes its own.
  const [logRedis, queueRedis, leaseRedis] = [watched('log'), watched('queue'), watched('lease')];
  const driverRedis = watched('driver');
  const leases = new RedisLeases<ProcessInfo>(leaseRedis, keys, now);
  const recorder = new PostgresRecorder(address);
  const outbox = new RedisOutbox(queueRedis, keys);
  const onRecorded = (recorded: Recorded): void => results.tell(recorded);
  const drainer: OutboxDrainer = new OutboxDrainer(outbox, recorder, loggedDrain(onRecorded, logger));
  const results = new Results({
    summary: (id) => database.battles.summary(id),
    hurry: (id) => drainer.hurry(id),
  });
  drainer.start();
  void warnOfLosses(logRedis, logger);
  const presence = new ForgivingPresence(connect('presence'), outage);
  const isLeased = async (processId: string): Promise<boolean> =>
    (await leases.alive()).some(({ id }) => id === processId);
  return {
    ...database,
    pools: () => ({ ...database.pools(), results: recorder.pool }),
    battles: new EndedBattles(database.battles, outbox),
    results,
    log: new RedisInputLog(logRedis, keys),
    tickets: new RedisTickets(queueRedis, keys),
    challenges: new RedisChallenges(queueRedis, keys),
    presence,
    driver: new OwnedDriver(driverRedis, { processId: () => matchMaker.processId, isLeased }),
    leases: Object.assign(leases, {
      isListening: (processId: string) => presence.isListening(`p:${processId}`),
    }),
    checks: { database: () => database.isDatabaseUp(), redis: () => pingRedis(logRedis) },
    cleaner: new RedisCleaner(queueRedis, keys, () => leases.connectedMs()),
    redis: {
      outbox: () => outbox.figures(),
      figures: () => redisFigures(queueRedis),
      aside: (limit) => outbox.aside(limit),
      retry: (id) => outbox.retry(id),
      connections: () =>
        Object.fromEntries([...connections].map(([name, redis]) => [name, connectionFigures(redis)])),
      unrecorded: (userId) => outbox.battleOf(userId),
    },
    close: async () => {
      await drainer.stop();
      await recorder.close();
      await database.close();
      presence.shutdown();
      for (const redis of [logRedis, queueRedis, leaseRedis, driverRedis]) redis.disconnect();
    },
  };
}

/** That battles wait is said once, not for each of them. */
function loggedDrain(onRecorded: (recorded: Recorded) => void, logger: Logger): OutboxEvents {
  let isWaiting = false;
  return {
    recorded: (recorded) => {
      if (isWaiting) logger.info('battles are recorded again');
      isWaiting = false;
      onRecorded(recorded);
    },
    aside: (battleId, error) => logger.error({ battleId, err: error }, 'a battle cannot be recorded'),
    failed: (error) => {
      if (!isWaiting) logger.warn({ err: error }, 'battles wait to be recorded');
      isWaiting = true;
    },
  };
}

async function warnOfLosses(redis: Connection, logger: Logger): Promise<void> {
  try {
    for (const warning of await durabilityWarnings(redis)) logger.warn(warning);
  } catch (error) {
    logger.warn({ err: error }, 'Redis could not be asked how it keeps its data');
  }
}
