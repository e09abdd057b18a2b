/**
 * The figures of this process, and those of what it shares with others. `/health/stats` shows them as they are, `/metrics`
 * as Prometheus has them. None names a user or a battle.
 */
import { readFileSync } from 'node:fs';
import type { FormatId } from './battle/ids.ts';
import type { CanaryFigures } from './cluster/canary.ts';
import type { EventBus } from './cluster/event-bus.ts';
import type { Membership } from './cluster/membership.ts';
import type { ProcessInfo } from './cluster/process-lease.ts';
import type { Relay, RelayStatistics } from './cluster/relay.ts';
import type { PoolFigures } from './persistence/database/pool-figures.ts';
import { StoreAway } from './persistence/input-log/input-log.ts';
import type { OutboxFigures } from './persistence/outbox.ts';
import type { ConnectionFigures, RedisFigures } from './persistence/redis/figures.ts';
import type { TicketStore } from './persistence/tickets/tickets.ts';
import type { BattleTally } from './rooms/battle-tally.ts';
import type { Counts } from './telemetry/counts.ts';
import type { LoopDelay, LoopDelayMonitor } from './telemetry/event-loop-delay.ts';

export interface FigureParts {
  /** What this process says of itself. */
  readonly describe: () => ProcessInfo;
  readonly membership: Pick<Membership, 'processes'>;
  /** It holds still, because its lease has run out or the store is away. */
  readonly isSuspended: () => boolean;
  readonly tickets: Pick<TicketStore, 'formats' | 'waiting'>;
  readonly counts: Counts;
  /** Battles that the last sweep found without an owner and could not take up. */
  readonly orphans: () => number;
  readonly battles: () => BattleTally;
  readonly sockets: () => Omit<SocketFigures, 'players' | 'spectators'>;
  readonly canary: { readonly figures: CanaryFigures };
  readonly relay: Pick<Relay, 'statistics'> | undefined;
  readonly bus: Pick<EventBus, 'health' | 'statistics'>;
  readonly loopDelay: Pick<LoopDelayMonitor, 'read' | 'sinceStart'>;
  /** Connections to PostgreSQL, by what they are for. */
  readonly pools: () => Readonly<Record<string, PoolFigures>>;
  /** Each tells within a second whether it answers. */
  readonly checks: { database(): Promise<boolean>; redis?(): Promise<boolean> };
  /** undefined: without Redis. The first two reject with `StoreAway`. */
  readonly redis:
    | {
        outbox(): Promise<OutboxFigures>;
        figures(): Promise<RedisFigures>;
        connections(): Readonly<Record<string, ConnectionFigures>>;
      }
    | undefined;
}

/** Open WebSockets of this process; `all` has those too that are in no room yet. */
export interface SocketFigures {
  readonly all: number;
  readonly players: number;
  readonly spectators: number;
  readonly matchmaking: number;
  readonly ladder: number;
}

/** Of one process, by its own word: plain data, so that another one may ask for it. */
export interface OwnFigures {
  readonly process: {
    readonly id: string;
    /** Seconds. */
    readonly uptime: number;
    /** Milliseconds since the epoch. */
    readonly startedAt: number;
    readonly version: string;
    readonly engine: string;
    readonly node: string;
    /** Bytes. */
    readonly memory: Readonly<Record<'rss' | 'heapTotal' | 'heapUsed' | 'external', number>>;
    readonly cpuSeconds: { readonly user: number; readonly system: number };
    /** Over the last half minute to minute. */
    readonly eventLoopDelayMs: LoopDelay;
    readonly eventLoopDelaySinceStartMs: LoopDelay;
  };
  readonly isDraining: boolean;
  readonly isSuspended: boolean;
  readonly counts: Counts;
  readonly orphans: number;
  readonly relay: RelayStatistics | null;
  /** Battle rooms, those among them whose end is being told. */
  readonly rooms: number;
  readonly connections: number;
  readonly battles: BattleTally;
  readonly sockets: SocketFigures;
  readonly bus: {
    readonly health: EventBus['health'];
    readonly statistics: EventBus['statistics'];
  };
  readonly canary: CanaryFigures;
  readonly pools: Readonly<Record<string, PoolFigures>>;
  readonly redisConnections: Readonly<Record<string, ConnectionFigures>>;
}

/** What a store that is away cannot tell is null. */
export interface SharedFigures {
  readonly processes: readonly ProcessInfo[] | null;
  /** Tickets that wait, by format. */
  readonly queues: Readonly<Record<FormatId, number>> | null;
  readonly outbox: OutboxFigures | null;
  /** null too without Redis. */
  readonly redis: RedisFigures | null;
  /** Whether each store answers. */
  readonly stores: Readonly<Record<string, boolean>>;
}

export type Figures = OwnFigures & SharedFigures;

/** Of the package. */
export const VERSION = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** Without Redis a battle is recorded as it ends. */
const NO_OUTBOX: OutboxFigures = { waiting: 0, aside: 0, oldestMs: null };

export function ownFigures(parts: FigureParts): OwnFigures {
  const { describe, counts, relay, bus, loopDelay, canary } = parts;
  const { id, engine, startedAt, battles: rooms, connections, isDraining } = describe();
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const battles = parts.battles();
  const { playing, paused, ended } = battles;
  const players = playing.players + paused.players + ended.players;
  const spectators = playing.spectators + paused.spectators + ended.spectators;
  return {
    process: {
      id,
      uptime: Math.round(process.uptime()),
      startedAt,
      version: VERSION,
      engine,
      node: process.versions.node,
      memory: { rss, heapTotal, heapUsed, external },
      cpuSeconds: { user: user / 1e6, system: system / 1e6 },
      eventLoopDelayMs: loopDelay.read(),
      eventLoopDelaySinceStartMs: loopDelay.sinceStart(),
    },
    isDraining,
    isSuspended: parts.isSuspended(),
    counts,
    orphans: parts.orphans(),
    relay: relay?.statistics ?? null,
    rooms,
    connections,
    battles,
    sockets: { ...parts.sockets(), players, spectators },
    bus: { health: bus.health, statistics: bus.statistics },
    canary: canary.figures,
    pools: parts.pools(),
    redisConnections: parts.redis?.connections() ?? {},
  };
}

export async function sharedFigures({
  membership,
  tickets,
  redis,
  checks,
}: FigureParts): Promise<SharedFigures> {
  const [processes, queues, outbox, figures, isDatabaseUp, isRedisUp] = await Promise.all([
    unlessAway(membership.processes()),
    unlessAway(queueLengths(tickets)),
    redis ? unlessAway(redis.outbox()) : NO_OUTBOX,
    redis ? unlessAway(redis.figures()) : null,
    checks.database(),
    checks.redis?.(),
  ]);
  const stores = { database: isDatabaseUp, ...(isRedisUp !== undefined && { redis: isRedisUp }) };
  return { processes, queues, outbox, redis: figures, stores };
}

async function queueLengths(tickets: FigureParts['tickets']): Promise<Record<FormatId, number>> {
  const formats = await tickets.formats();
  const queues = await Promise.all(formats.map((format) => tickets.waiting(format)));
  return Object.fromEntries(formats.map((format, index) => [format, queues[index]!.tickets.length]));
}

/** null where the store does not answer: figures are wanted most when something is amiss. */
async function unlessAway<Answer>(work: Promise<Answer>): Promise<Answer | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof StoreAway) return null;
    throw error;
  }
}
