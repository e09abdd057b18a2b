/** Composition root: from a configuration to a running server. Wires adapters, rooms and routes; has no rules. */
import { randomBytes } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { matchMaker, type Server } from '@colyseus/core';
import { createTokens, type Tokens } from './auth/token.ts';
import { ENGINE_VERSION } from './battle/format.ts';
import type { BattleId } from './battle/ids.ts';
import { seededRandom } from './battle/random.ts';
import { BotWorker } from './bots/bot-worker.ts';
import { createAwakening } from './cluster/awakening.ts';
import { BattleDirectory } from './cluster/battle-directory.ts';
import { EventBus } from './cluster/event-bus.ts';
import { CLEAN_UP_MS, RETENTION_MS, startCleanUps } from './cluster/cleanup.ts';
import { LadderRooms } from './cluster/ladder-rooms.ts';
import { createOwnerCheck } from './cluster/lost-owners.ts';
import { createLone, createMember, type MembershipPorts } from './cluster/membership.ts';
import type { ProcessInfo } from './cluster/process-lease.ts';
import { Recovery } from './cluster/recovery.ts';
import { createRelay } from './cluster/relay.ts';
import type { Config } from './config/config.ts';
import { localSecret } from './config/local-secret.ts';
import { ownFigures } from './figures.ts';
import { createBoundedServer } from './http/bounded-server.ts';
import { clientAddress } from './http/client-address.ts';
import { isForeignOrigin } from './http/cors.ts';
import { createMetricsApp } from './http/metrics.ts';
import { ConnectionEvents } from './persistence/connection-events.ts';
import { queueRoomOf } from './queue-ports.ts';
import type { BattleRoom } from './rooms/battle-room.ts';
import type { BattleDescription } from './rooms/battle-view.ts';
import { systemScheduler } from './rooms/scheduler.ts';
import { createAnnouncements } from './server/announcements.ts';
import { connectTransport, createColyseus, type Sockets, upgradeGate } from './server/colyseus.ts';
import { createFigures } from './server/figures.ts';
import { connectListeners } from './server/listeners.ts';
import { openMetricsPort } from './server/metrics-port.ts';
import { loadMonitor } from './server/monitor.ts';
import { operatorPorts } from './server/operator.ts';
import { defineRooms } from './server/rooms.ts';
import { serveRoutes } from './server/routes.ts';
import { stopServer, type Running } from './server/stop.ts';
import { createWebhooks } from './server/webhooks.ts';
import { openStores, type Clocks } from './stores.ts';
import { noCounts } from './telemetry/counts.ts';
import { monitorLoopDelay } from './telemetry/event-loop-delay.ts';
import type { Logger } from './telemetry/logger.ts';
import { createMetrics } from './telemetry/metrics.ts';

export interface RunningServer {
  /** For `@colyseus/testing`. */
  readonly colyseus: Server;
  readonly host: string;
  readonly port: number;
  /** Hands everything over and resolves when nothing of it is left. */
  stop(): Promise<void>;
}

const SYSTEM_CLOCKS: Clocks = { scheduler: systemScheduler, wall: Date.now };

/** Rejects when the server cannot start: port taken, database unusable, another server on it. */
export async function startServer(
  config: Config,
  logger: Logger,
  clocks: Clocks = SYSTEM_CLOCKS,
): Promise<RunningServer> {
  const { scheduler, wall } = clocks;
  const stores = await openStores(config, logger, clocks);
  const { log, battles } = stores;
  const tokens = await tokensOf(config, clocks);
  const http = createBoundedServer(config);
  const rooms = new Set<BattleRoom>();
  const isForeign = (origin: string | undefined, host: string | undefined): boolean =>
    isForeignOrigin(origin, host, config);
  const ensureRoom = (id: BattleId): ReturnType<Recovery['ensureRoom']> => recovery.ensureRoom(id);
  const { colyseus, transport } = await createColyseus(stores, { ensureRoom, isForeign, tokens }, logger);
  const { processId } = matchMaker;
  const queueId = queueRoomOf(processId);

  const counts = noCounts();
  const metrics = createMetrics();
  const { meter } = metrics;
  let isDraining = false;
  let isSuspended = false;
  const startedAt = wall();
  const describe = (): ProcessInfo => ({
    id: processId,
    host: config.cluster?.advertisedHost ?? config.host,
    port: portOf(http),
    engine: ENGINE_VERSION,
    battles: rooms.size,
    connections: sockets.count(),
    isDraining,
    startedAt,
  });
  const awake = createAwakening({ log, rooms, scheduler });
  const memberPorts: MembershipPorts = {
    log,
    scheduler,
    describe,
    suspended: (reason) => {
      if (!isSuspended) counts.suspensions += 1;
      isSuspended = true;
      rooms.forEach((room) => room.session.suspend(reason));
    },
    restored: () => {
      isSuspended = false;
      void awake();
    },
    sweep: () => recovery.sweep(),
    failed: (error) => logger.error({ err: error }, 'the sweep failed'),
  };
  const membership = stores.leases ? createMember(stores.leases, memberPorts) : createLone(memberPorts);
  const { owners } = membership;
  const recovery = new Recovery({ log, engine: ENGINE_VERSION, processId, owners, counts, meter, logger });
  const directory = new BattleDirectory({ log, battles, ensureRoom });
  const bus = new EventBus({ presence: stores.presence, serverId: processId, now: wall, scheduler, logger });
  const announcements = createAnnouncements(bus, processId, logger);
  const events = new ConnectionEvents({
    store: stores.connectionEvents,
    timers: scheduler,
    logger,
  });
  const random = seededRandom(randomBytes(8).toString('hex'));

  const botWorker = new BotWorker((err) => logger.error({ err }, 'the bots failed'));
  const liveHere = (): readonly BattleDescription[] => [...rooms].map((room) => room.describe());
  const shared = { stores, config, directory, liveHere, logger };
  const ladders = new LadderRooms();
  const operator = operatorPorts({
    rooms,
    queueId,
    ladders,
    scheduler,
    figures: () => ownFigures(figures),
  });
  const parts = { ...shared, announcements, membership, ensureRoom, scheduler, random, operator, meter };
  defineRooms({ ...parts, recovery, botWorker, events, counts, rooms, queueId, bus, ladders, clocks });
  await matchMaker.accept();
  await matchMaker.handleCreateRoom('matchmaking', {}, undefined, queueId);

  const relay =
    config.cluster &&
    createRelay({
      clusterSecret: config.cluster.secret,
      now: wall,
      scheduler,
      logger,
      ownerEnded: createOwnerCheck(scheduler, () => membership.hint()),
    });
  const loopDelay = monitorLoopDelay(scheduler);
  const connected = { membership, relay, bus, ladders, announcements };
  const monitor = config.monitor ? await loadMonitor() : undefined;
  const { figures, canary, metricsPort } = createFigures({
    ...connected,
    describe,
    isSuspended: () => isSuspended,
    stores,
    recovery,
    rooms,
    queueId,
    counts,
    metrics,
    loopDelay,
    scheduler,
  });
  const routes = {
    ...shared,
    ...connected,
    clocks,
    tokens,
    describe,
    figures,
    metricsPort,
    loopDelay,
    meter,
    monitor,
  };
  serveRoutes(http, routes);
  const sockets: Sockets = connectTransport(
    transport,
    http,
    upgradeGate(config, { relay, tokens, meter, scheduler }),
    relay && {
      ensureRoom,
      addressOf: (roomId) => membership.addressOf(roomId),
      isForeign,
      tokens,
      relay,
      clientAddress: (req) => clientAddress(req, config.trustedProxies),
    },
  );
  await listen(http, config);
  const now = (): number => scheduler.now();
  const metricsServer = await openMetricsPort(
    config.metrics,
    createMetricsApp(metricsPort, { log: logger, meter, now }),
  );
  await bus.start();
  const webhooks = config.webhook && createWebhooks(config.webhook, { scheduler, wall, logger });
  connectListeners({ ...connected, stores, rooms, queueId, webhooks });
  await membership.start();
  announcements.up();
  const helpers = [
    { stop: startCleanUps(stores.cleaner, CLEAN_UP_MS, scheduler, logger) },
    { stop: startCleanUps(stores.retention, RETENTION_MS, scheduler, logger) },
    loopDelay,
    botWorker,
    canary,
    ...(metricsServer ? [metricsServer] : []),
    ...(webhooks ? [webhooks] : []),
  ];

  const running: Running = {
    ...connected,
    http,
    sockets,
    announcements,
    rooms,
    queueId,
    recovery,
    helpers,
    events,
    stores,
  };
  return {
    colyseus,
    host: config.host,
    port: portOf(http),
    stop: () => {
      isDraining = true;
      return stopServer(running);
    },
  };
}

async function tokensOf({ jwt, isProduction, dataDir }: Config, { wall }: Clocks): Promise<Tokens> {
  const secret = jwt.secret ?? (isProduction ? undefined : await localSecret(dataDir));
  return createTokens({ ...jwt, secret }, wall);
}

function portOf(http: HttpServer): number {
  return (http.address() as AddressInfo | null)?.port ?? 0;
}

function listen(http: HttpServer, { host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, resolve);
  });
}
