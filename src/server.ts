/** Composition root: from a configuration to a running server. Wires adapters, rooms and routes; has no rules. */
import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { matchMaker, Server } from '@colyseus/core';
import { WebSocketTransport } from '@colyseus/ws-transport';
import { createTokens } from './auth/token.ts';
import { ENGINE_VERSION, findFormat, FORMATS } from './battle/format.ts';
import type { BattleId } from './battle/ids.ts';
import { seededRandom } from './battle/random.ts';
import { checkTeam, exportTeam } from './battle/team.ts';
import { createAdmission } from './cluster/admission.ts';
import { BattleDirectory } from './cluster/battle-directory.ts';
import { createLone, createMember, type Membership, type MembershipPorts } from './cluster/membership.ts';
import { Recovery } from './cluster/recovery.ts';
import { createRelay } from './cluster/relay.ts';
import { isReadableUpgrade, refuseUnreadableUpgrades } from './cluster/unreadable-upgrades.ts';
import { routeUpgrades } from './cluster/upgrades.ts';
import type { Config } from './config/config.ts';
import { LIMITS } from './config/limits.ts';
import { localSecret } from './config/local-secret.ts';
import { createHttpApp } from './http/app.ts';
import { clientAddress } from './http/client-address.ts';
import { isForeignOrigin } from './http/cors.ts';
import { createMatchmake, isMatchmake } from './http/matchmake.ts';
import type { HttpPorts, LiveBattle } from './http/ports.ts';
import { MatchmakingRoom } from './matchmaking/matchmaking-room.ts';
import type { TicketDraft } from './persistence/tickets/tickets.ts';
import { queuePorts, queueRoomOf } from './queue-ports.ts';
import { BattleRoom, type BattleRoomPorts, type EndedBattle } from './rooms/battle-room.ts';
import type { BattleDescription } from './rooms/battle-view.ts';
import { systemScheduler } from './rooms/scheduler.ts';
import { translateSocketErrors } from './rooms/socket-errors.ts';
import { openStores, type Clocks } from './stores.ts';
import { consoleLogger, type Logger } from './telemetry/logger.ts';

export interface RunningServer {
  /** For `@colyseus/testing`. */
  readonly colyseus: Server;
  readonly host: string;
  readonly port: number;
  /** Hands everything over and resolves when nothing of it is left. */
  stop(): Promise<void>;
}

/** How long a battle may take to hand itself back before it is left to the next owner, and the queue to end. Milliseconds. */
const HAND_OVER_MS = 5_000;

/** How long clients may take to close their sockets at the end, in milliseconds. */
const LINGER_MS = 1_000;

const SYSTEM_CLOCKS: Clocks = { scheduler: systemScheduler, wall: Date.now };

/** Rejects when the server cannot start: port taken, database unusable, another server on it. */
export async function startServer(
  config: Config,
  logger: Logger,
  clocks: Clocks = SYSTEM_CLOCKS,
): Promise<RunningServer> {
  const { scheduler, wall } = clocks;
  const now = scheduler.now.bind(scheduler);
  const stores = await openStores(config, logger, clocks);
  const { log, users, teams, battles } = stores;
  const secret = config.jwt.secret ?? (config.isProduction ? undefined : await localSecret(config.dataDir));
  const tokens = createTokens({ ...config.jwt, secret }, wall);
  const http = createServer();
  const rooms = new Set<BattleRoom>();
  const isForeign = (origin: string | undefined, host: string | undefined): boolean =>
    isForeignOrigin(origin, host, config);
  const ensureRoom = (id: BattleId): ReturnType<Recovery['ensureRoom']> => recovery.ensureRoom(id);

  translateSocketErrors();
  const transport = new WebSocketTransport({
    noServer: true,
    maxPayload: LIMITS.wsPayloadBytes,
    beforeUpgrade: createAdmission({ ensureRoom, isForeign, tokens }),
  });
  // It sets up the matchmaker and the logger. Listening and routing are ours.
  const colyseus = new Server({
    greet: false,
    gracefullyShutdown: false,
    logger: consoleLogger(logger),
    presence: stores.presence,
    driver: stores.driver,
    transport,
  });
  await matchMaker.onReady;
  const { processId } = matchMaker;

  let isDraining = false;
  const startedAt = wall();
  const memberPorts: MembershipPorts = {
    log,
    scheduler,
    describe: () => ({
      id: processId,
      host: config.cluster?.advertisedHost ?? config.host,
      port: portOf(http),
      engine: ENGINE_VERSION,
      battles: rooms.size,
      connections: transport['wss'].clients.size,
      isDraining,
      startedAt,
    }),
    suspended: (reason) => rooms.forEach((room) => room.session.suspend(reason)),
    restored: () => rooms.forEach((room) => room.session.wake()),
    sweep: () => recovery.sweep(),
    failed: (error) => logger.error({ err: error }, 'the sweep failed'),
  };
  const membership: Membership = stores.leases
    ? createMember(stores.leases, memberPorts)
    : createLone(memberPorts);
  const recovery = new Recovery({
    log,
    engine: ENGINE_VERSION,
    processId,
    owners: membership.owners,
    logger,
  });
  const directory = new BattleDirectory({ log, battles, ensureRoom });
  const random = seededRandom(randomBytes(8).toString('hex'));

  const queueId = queueRoomOf(processId);
  const battlePorts: BattleRoomPorts = {
    takeover: (id) => recovery.takeover(id),
    opened: (room) => rooms.add(room),
    ended: (end) => void requeue(end, queueId, logger),
    disposed: (room) => rooms.delete(room),
    isTrusted: () => membership.isTrusted(),
    scheduler,
    random,
    logger,
  };
  const parts = { stores, config, membership, directory, ensureRoom, scheduler, random, logger };
  matchMaker.defineRoomType('battle', BattleRoom, { ports: battlePorts });
  matchMaker.defineRoomType('matchmaking', MatchmakingRoom, { ports: queuePorts(parts) });
  await matchMaker.accept();
  await matchMaker.handleCreateRoom('matchmaking', {}, undefined, queueId);

  const ports: HttpPorts = {
    config,
    tokens,
    users,
    teams,
    battles,
    live: {
      list: async (format) =>
        [...rooms]
          .flatMap((room) => played(room.describe()) ?? [])
          .filter((battle) => format === undefined || battle.format === format),
      get: async (id) => played(await directory.describe(id)),
      seat: (id, identity) => directory.seat(id, identity),
      battleOf: (userId) => log.battleOf(userId),
    },
    queue: { placeOf: (userId) => stores.tickets.placing(userId) },
    health: {
      live: () => ({ ok: true }),
      ready: async () => {
        const isUp = await log.ping();
        return { ok: isUp && !isDraining, draining: isDraining, checks: { database: isUp } };
      },
      summary: async () => ({
        status: (await log.ping()) ? 'ok' : 'degraded',
        uptime: Math.round(process.uptime()),
        timestamp: wall(),
        ...memberPorts.describe(),
      }),
    },
    formats: FORMATS,
    checkTeam,
    exportTeam,
    log: logger,
    now,
  };
  const app = createHttpApp(ports);
  const matchmake = createMatchmake({ ...ports, directory, queueRoomId: () => queueId });
  http.on('request', (req: IncomingMessage, res: ServerResponse) => {
    if (isMatchmake(req)) void matchmake(req, res);
    else app(req, res);
  });
  const relay =
    config.cluster && createRelay({ clusterSecret: config.cluster.secret, now: wall, scheduler, logger });
  const inner = new EventEmitter();
  if (relay) {
    const addressOf = membership.addressOf.bind(membership);
    const addressOfClient = (req: IncomingMessage): string => clientAddress(req, config.trustedProxies);
    routeUpgrades(http, inner, { ensureRoom, addressOf, isForeign, relay, clientAddress: addressOfClient });
    transport.attachToServer(inner as HttpServer);
  } else {
    refuseUnreadableUpgrades(http);
    transport.attachToServer(http, { filter: isReadableUpgrade });
  }
  await listen(http, config);
  await membership.start();

  return {
    colyseus,
    host: config.host,
    port: portOf(http),
    stop: async () => {
      isDraining = true;
      recovery.close();
      // A client that is gone without a word is waited for in vain.
      const leaving = [
        matchMaker.getLocalRoomById(queueId)?.disconnect(4010),
        ...[...rooms].map((room) => room.handOver()),
      ];
      await Promise.all(leaving.map((left) => within(Promise.resolve(left), HAND_OVER_MS)));
      await membership.stop();
      matchMaker.stats.clearAutoPersistInterval();
      transport.shutdown();
      inner.emit('close');
      relay?.close();
      http.closeAllConnections();
      const closed = new Promise((resolve) => http.close(resolve));
      // It waits for upgraded sockets too, and a client may never answer the closing of its own.
      await within(closed, LINGER_MS);
      for (const socket of transport['wss'].clients) socket.terminate();
      await stores.close();
    },
  };
}

/** null for a battle that is over. */
function played(battle: BattleDescription | null): LiveBattle | null {
  if (!battle?.isPlayed) return null;
  const { isPlayed: _, ...shown } = battle;
  return shown;
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

/** After a battle that not everybody joined, who came is put back at the head of the queue. */
async function requeue({ opening, noShows }: EndedBattle, queueId: string, logger: Logger): Promise<void> {
  if (noShows.length === 0) return;
  const { format } = opening;
  const isOwnTeam = findFormat(format)?.teamRequired ?? false;
  const absent = opening.sides.filter(({ side }) => noShows.includes(side)).map(({ userId }) => userId);
  const present = opening.sides
    .filter(({ side }) => !noShows.includes(side))
    .map(({ userId, name, elo, team }): TicketDraft => ({
      userId,
      name,
      elo,
      format,
      team: isOwnTeam ? team : null,
    }));
  try {
    const queue: unknown = matchMaker.getLocalRoomById(queueId);
    if (queue instanceof MatchmakingRoom) await queue.requeue(absent, present);
  } catch (error) {
    logger.error({ battleId: opening.id, err: error }, 'a player could not be put back into the queue');
  }
}

function within(work: Promise<unknown>, ms: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
