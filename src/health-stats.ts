/** The figures of this process and of what it shares with others, for the operator: `GET /health/stats`. */
import { readFileSync } from 'node:fs';
import type { FormatId } from './battle/ids.ts';
import type { EventBus } from './cluster/event-bus.ts';
import type { Membership } from './cluster/membership.ts';
import type { ProcessInfo } from './cluster/process-lease.ts';
import type { Relay, RelayStatistics } from './cluster/relay.ts';
import { StoreAway } from './persistence/input-log/input-log.ts';
import type { OutboxFigures } from './persistence/outbox.ts';
import type { RedisFigures } from './persistence/redis/figures.ts';
import type { TicketStore } from './persistence/tickets/tickets.ts';
import type { Counts } from './telemetry/counts.ts';
import type { LoopDelay, LoopDelayMonitor } from './telemetry/event-loop-delay.ts';

export interface StatsParts {
  /** What this process says of itself. */
  readonly describe: () => ProcessInfo;
  readonly membership: Pick<Membership, 'processes'>;
  readonly tickets: Pick<TicketStore, 'formats' | 'waiting'>;
  readonly counts: Counts;
  readonly relay: Pick<Relay, 'statistics'> | undefined;
  readonly bus: Pick<EventBus, 'health' | 'statistics'>;
  readonly loopDelay: Pick<LoopDelayMonitor, 'read'>;
  /** undefined: without Redis. Both reject with `StoreAway`. */
  readonly redis: { outbox(): Promise<OutboxFigures>; figures(): Promise<RedisFigures> } | undefined;
}

/** What a store that is away cannot tell is null. */
export interface Stats {
  readonly process: {
    readonly id: string;
    /** Seconds. */
    readonly uptime: number;
    readonly version: string;
    readonly engine: string;
    /** Bytes. */
    readonly memory: { readonly rss: number; readonly heapUsed: number };
    readonly eventLoopDelayMs: LoopDelay;
  };
  readonly processes: readonly ProcessInfo[] | null;
  readonly counts: Counts;
  readonly relay: RelayStatistics | null;
  /** Battle rooms of this process, and its WebSockets. */
  readonly rooms: number;
  readonly connections: number;
  /** Tickets that wait, by format. */
  readonly queues: Readonly<Record<FormatId, number>> | null;
  readonly bus: {
    readonly health: EventBus['health'];
    readonly statistics: EventBus['statistics'];
  };
  readonly outbox: OutboxFigures | null;
  readonly redis: RedisFigures | null;
}

/** Of the package. */
export const VERSION = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** Without Redis a battle is recorded as it ends. */
const NO_OUTBOX: OutboxFigures = { waiting: 0, aside: 0, oldestMs: null };

export async function healthStats(parts: StatsParts): Promise<Stats> {
  const { describe, membership, tickets, counts, relay, bus, loopDelay, redis } = parts;
  const { id, engine, battles, connections } = describe();
  const { rss, heapUsed } = process.memoryUsage();
  const [processes, queues, outbox, figures] = await Promise.all([
    unlessAway(membership.processes()),
    unlessAway(queueLengths(tickets)),
    redis ? unlessAway(redis.outbox()) : NO_OUTBOX,
    redis ? unlessAway(redis.figures()) : null,
  ]);
  return {
    process: {
      id,
      uptime: Math.round(process.uptime()),
      version: VERSION,
      engine,
      memory: { rss, heapUsed },
      eventLoopDelayMs: loopDelay.read(),
    },
    processes,
    counts,
    relay: relay?.statistics ?? null,
    rooms: battles,
    connections,
    queues,
    bus: { health: bus.health, statistics: bus.statistics },
    outbox,
    redis: figures,
  };
}

async function queueLengths(tickets: StatsParts['tickets']): Promise<Record<FormatId, number>> {
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
