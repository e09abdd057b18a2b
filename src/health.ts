/** Liveness, readiness and the summary that everybody may see. It names no address. */
import type { EventBus } from './cluster/event-bus.ts';
import { RECONNECTS_MAX } from './cluster/event-bus/link.ts';
import type { Membership } from './cluster/membership.ts';
import type { ProcessInfo } from './cluster/process-lease.ts';
import { VERSION } from './figures.ts';
import type { Health, Summary } from './http/ports.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { OutboxFigures } from './persistence/outbox.ts';
import type { TicketStore } from './persistence/tickets/tickets.ts';
import type { LoopDelayMonitor } from './telemetry/event-loop-delay.ts';

export interface HealthParts {
  /** Each tells within a second whether it answers. `redis` is undefined without Redis. */
  readonly checks: {
    readonly database: () => Promise<boolean>;
    readonly redis?: (() => Promise<boolean>) | undefined;
  };
  /** What this process says of itself. */
  readonly describe: () => ProcessInfo;
  readonly membership: Pick<Membership, 'isTrusted' | 'processes'>;
  readonly tickets: Pick<TicketStore, 'formats'>;
  readonly loopDelay: Pick<LoopDelayMonitor, 'read'>;
  readonly bus: Pick<EventBus, 'health'>;
  /** undefined without Redis. */
  readonly outbox?: (() => Promise<OutboxFigures>) | undefined;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
}

export function createHealth(parts: HealthParts): Health {
  // However many ask: the routes are open to everybody.
  const check = oneAtATime(() => checkAll(parts.checks));
  return {
    live: () => ({ ok: true }),
    ready: async () => {
      const checks = await check();
      const { isDraining } = parts.describe();
      return { ok: !isDraining && Object.values(checks).every(Boolean), draining: isDraining, checks };
    },
    summary: oneAtATime(async () => summaryOf(parts, await check())),
  };
}

type Checks = { readonly database: boolean; readonly redis?: boolean };

async function checkAll({ database, redis }: HealthParts['checks']): Promise<Checks> {
  const [isDatabaseUp, isRedisUp] = await Promise.all([database(), redis?.()]);
  return { ...(isRedisUp !== undefined && { redis: isRedisUp }), database: isDatabaseUp };
}

async function summaryOf(parts: HealthParts, { database, redis }: Checks): Promise<Summary> {
  const { describe, membership, tickets, loopDelay, bus, outbox, wall } = parts;
  const { isDraining, battles, connections, engine, startedAt } = describe();
  // Asked one by one: what fails is a line of the answer, not the end of it.
  const [processes, formats, unrecorded] = await Promise.all([
    membership.processes().catch(() => null),
    tickets.formats().catch(() => null),
    outbox?.().catch(() => null),
  ]);
  const isUp = database && redis !== false && bus.health.reconnectAttempts < RECONNECTS_MAX;
  return {
    status: !isUp ? 'degraded' : isDraining ? 'draining' : 'ok',
    version: VERSION,
    engine,
    startedAt,
    uptime: Math.round(process.uptime()),
    timestamp: wall(),
    database,
    postgres: database,
    ...(redis !== undefined && { redis }),
    matchmaking: formats !== null,
    gameStates: membership.isTrusted(),
    socketMappings: processes !== null,
    activeRooms: battles,
    activeConnections: connections,
    eventLoopLag: loopDelay.read().p99,
    bus: bus.health,
    ...(unrecorded !== undefined && { outbox: unrecorded }),
    details: {
      redisConnection: redis === undefined ? 'none' : redis ? 'up' : 'away',
      processes: processes?.length ?? null,
      matchmakingData: formats?.length ?? null,
      activeGameStates: sumOf(processes, (info) => info.battles),
      activeSocketMappings: sumOf(processes, (info) => info.connections),
      activeRooms: battles,
    },
  };
}

function sumOf(
  processes: readonly ProcessInfo[] | null,
  count: (info: ProcessInfo) => number,
): number | null {
  return processes && processes.reduce((sum, info) => sum + count(info), 0);
}
