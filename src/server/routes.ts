/** The HTTP routes, with what they need of everything else. */
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { matchMaker } from '@colyseus/core';
import type { Tokens } from '../auth/token.ts';
import { FORMATS } from '../battle/format.ts';
import { checkTeam, exportTeam } from '../battle/team.ts';
import type { BattleDirectory } from '../cluster/battle-directory.ts';
import type { LadderRooms } from '../cluster/ladder-rooms.ts';
import type { EventBus } from '../cluster/event-bus.ts';
import { ANSWER_MS, createLiveBattles } from '../cluster/live-battles.ts';
import type { Membership } from '../cluster/membership.ts';
import type { ProcessInfo } from '../cluster/process-lease.ts';
import type { Config } from '../config/config.ts';
import type { FigureParts } from '../figures.ts';
import { createHealth } from '../health.ts';
import { createHttpApp } from '../http/app.ts';
import { inSlices } from '../http/slices.ts';
import { createMatchmake, isMatchmake } from '../http/matchmake.ts';
import type { MonitorPorts } from '../http/monitor.ts';
import type { HttpPorts, LiveBattle, MetricsPort } from '../http/ports.ts';
import { battlesOf, queueRoomOf } from '../queue-ports.ts';
import type { BattleDescription } from '../rooms/battle-view.ts';
import type { Clocks, Stores } from '../stores.ts';
import type { LoopDelayMonitor } from '../telemetry/event-loop-delay.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Meter } from '../telemetry/meter.ts';
import { adminPorts } from './admin.ts';
import type { Announcements } from './announcements.ts';
import { createDeletion } from './deletion.ts';

export interface RouteParts {
  readonly config: Config;
  readonly clocks: Clocks;
  readonly stores: Stores;
  readonly tokens: Tokens;
  readonly directory: BattleDirectory;
  readonly membership: Membership;
  /** Of this process. */
  readonly ladders: LadderRooms;
  readonly bus: Pick<EventBus, 'publish' | 'health'>;
  readonly announcements: Announcements;
  readonly figures: FigureParts;
  readonly metricsPort: MetricsPort;
  readonly meter: Meter;
  readonly loopDelay: LoopDelayMonitor;
  readonly monitor: MonitorPorts | undefined;
  /** What this process says of itself. */
  readonly describe: () => ProcessInfo;
  /** The battles of this process. */
  readonly liveHere: () => readonly BattleDescription[];
  readonly logger: Logger;
}

/** Answers the requests of `http` from now on. */
export function serveRoutes(http: HttpServer, parts: RouteParts): void {
  const ports = httpPorts(parts);
  const app = createHttpApp(ports);
  const queueRoomId = (): string => queueRoomOf(matchMaker.processId);
  const { directory, ladders } = parts;
  const matchmake = createMatchmake({ ...ports, directory, ladders, queueRoomId });
  const handle = (req: IncomingMessage, res: ServerResponse): void => {
    if (isMatchmake(req)) void matchmake(req, res);
    else app(req, res);
  };
  http.on('request', inSlices(handle, ports.now));
}

function httpPorts(parts: RouteParts): HttpPorts {
  const { config, clocks, stores, tokens, directory, membership, loopDelay, describe, logger } = parts;
  const { log, users, teams, battles, ratings, replays, blocks, challenges, tickets, checks } = stores;
  const now = (): number => clocks.scheduler.now();
  const liveBattles = createLiveBattles({
    processId: matchMaker.processId,
    processes: () => membership.processes(),
    here: parts.liveHere,
    ask: (id) => battlesOf(id, ANSWER_MS),
    now,
  });
  const admin = adminPorts(config, { ...parts, played: () => liveBattles.list() });
  return {
    config,
    tokens,
    users,
    deleteUser: createDeletion({
      ...stores,
      unrecorded: async (id) => (await stores.redis?.unrecorded(id)) ?? null,
      deleted: (id) => parts.announcements.deleted(id),
    }),
    teams,
    battles,
    ratings,
    replays,
    blocks,
    challenges,
    live: {
      list: (format) => liveBattles.list(format),
      get: async (id) => played(await directory.describe(id)),
      seat: (id, identity) => directory.seat(id, identity),
      battleOf: (userId) => log.battleOf(userId),
    },
    queue: { placeOf: (userId) => tickets.placing(userId) },
    health: createHealth({
      checks,
      describe,
      membership,
      tickets,
      loopDelay,
      bus: parts.bus,
      outbox: stores.redis && (() => stores.redis!.outbox()),
      wall: clocks.wall,
    }),
    ...(admin && { admin }),
    monitor: parts.monitor,
    metrics: parts.metricsPort,
    meter: parts.meter,
    formats: FORMATS,
    checkTeam,
    exportTeam,
    log: logger,
    now,
  };
}

/** null for a battle that is over. */
function played(battle: BattleDescription | null): LiveBattle | null {
  if (!battle?.isPlayed) return null;
  const { isPlayed: _, ...shown } = battle;
  return shown;
}
