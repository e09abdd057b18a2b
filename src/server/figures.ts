/** Where the figures of this process come from, and the metrics made of them. */
import { matchMaker } from '@colyseus/core';
import { type Canary, startCanary } from '../cluster/canary.ts';
import type { EventBus } from '../cluster/event-bus.ts';
import type { LadderRooms } from '../cluster/ladder-rooms.ts';
import { ANSWER_MS } from '../cluster/live-battles.ts';
import type { Membership } from '../cluster/membership.ts';
import type { ProcessInfo } from '../cluster/process-lease.ts';
import type { Recovery } from '../cluster/recovery.ts';
import type { Relay } from '../cluster/relay.ts';
import { type FigureParts, ownFigures, sharedFigures } from '../figures.ts';
import type { MetricsPort } from '../http/ports.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { greet } from '../queue-ports.ts';
import { tallyBattles, type TalliedRoom } from '../rooms/battle-tally.ts';
import type { Scheduler } from '../rooms/scheduler.ts';
import type { Stores } from '../stores.ts';
import type { Counts } from '../telemetry/counts.ts';
import type { LoopDelayMonitor } from '../telemetry/event-loop-delay.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface FigureSources {
  readonly describe: () => ProcessInfo;
  readonly isSuspended: () => boolean;
  readonly stores: Stores;
  readonly membership: Membership;
  readonly recovery: Recovery;
  readonly rooms: ReadonlySet<TalliedRoom>;
  readonly ladders: LadderRooms;
  /** Id of the matchmaking room. */
  readonly queueId: string;
  readonly relay: Relay | undefined;
  readonly bus: EventBus;
  readonly counts: Counts;
  readonly metrics: Metrics;
  readonly loopDelay: LoopDelayMonitor;
  readonly scheduler: Scheduler;
}

export interface FigureTellers {
  readonly figures: FigureParts;
  readonly metricsPort: MetricsPort;
  readonly canary: Canary;
}

/** Sends the canary off, too. */
export function createFigures({
  stores,
  recovery,
  rooms,
  ladders,
  queueId,
  ...sources
}: FigureSources): FigureTellers {
  const { metrics, membership, describe, scheduler } = sources;
  const { tickets, redis, checks, pools } = stores;
  const canary = startCanary({
    processId: matchMaker.processId,
    processes: () => membership.processes(),
    ask: (id) => greet(id, ANSWER_MS),
    answered: (ms) => metrics.meter.took('canary', ms),
    scheduler,
  });
  const figures: FigureParts = {
    ...sources,
    tickets,
    redis,
    checks,
    pools,
    canary,
    orphans: () => recovery.orphans,
    battles: () => tallyBattles(rooms),
    sockets: () => ({
      all: describe().connections,
      matchmaking: clientsIn(queueId),
      ladder: ladders.ids.reduce((sum, id) => sum + clientsIn(id), 0),
    }),
  };
  return { figures, canary, metricsPort: createMetricsPort(metrics, figures) };
}

function createMetricsPort(metrics: Metrics, parts: FigureParts): MetricsPort {
  const figures = oneAtATime(async () => ({ ...ownFigures(parts), ...(await sharedFigures(parts)) }));
  return {
    contentType: metrics.contentType,
    text: async () => metrics.text(await figures()),
    json: async () => {
      const read = await figures();
      const { uptime, memory } = read.process;
      return { uptime, memory, metrics: await metrics.json(read) };
    },
  };
}

function clientsIn(roomId: string): number {
  return matchMaker.getLocalRoomById(roomId)?.clients.length ?? 0;
}
