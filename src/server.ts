/** Composition root: from a configuration to a running server. Wires adapters, rooms and routes; has no rules. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateId, LocalDriver, LocalPresence, matchMaker, Server } from '@colyseus/core';
import { WebSocketTransport } from '@colyseus/ws-transport';
import { createTokens } from './auth/token.ts';
import { ENGINE_VERSION, findFormat, FORMATS, generateTeam } from './battle/format.ts';
import { SIDE_IDS, type BattleId, type FormatId, type PackedTeam, type UserId } from './battle/ids.ts';
import { seededRandom } from './battle/random.ts';
import { checkTeam, exportTeam } from './battle/team.ts';
import { createAdmission } from './cluster/admission.ts';
import { localBattle, Recovery } from './cluster/recovery.ts';
import { watchStore } from './cluster/store-watch.ts';
import { isReadableUpgrade, refuseUnreadableUpgrades } from './cluster/unreadable-upgrades.ts';
import type { Config } from './config/config.ts';
import { LIMITS } from './config/limits.ts';
import { localSecret } from './config/local-secret.ts';
import { CodedError } from './errors.ts';
import { createHttpApp } from './http/app.ts';
import { isForeignOrigin } from './http/cors.ts';
import { battleSeat, createMatchmake, isMatchmake } from './http/matchmake.ts';
import type { HttpPorts, LiveBattle } from './http/ports.ts';
import { Matchmaker } from './matchmaking/matchmaker.ts';
import { MatchmakingRoom, type BattleSeat, type MatchmakingPorts } from './matchmaking/matchmaking-room.ts';
import { createOpenBattle } from './matchmaking/open-battle.ts';
import { openDatabase } from './persistence/database/open.ts';
import { MemoryTickets } from './persistence/tickets/memory.ts';
import type { TicketDraft } from './persistence/tickets/tickets.ts';
import { BattleRoom, type EndedBattle, type BattleRoomPorts } from './rooms/battle-room.ts';
import { systemScheduler, type Scheduler } from './rooms/scheduler.ts';
import { translateSocketErrors } from './rooms/socket-errors.ts';
import { consoleLogger, type Logger } from './telemetry/logger.ts';

export interface RunningServer {
  /** For `@colyseus/testing`. */
  readonly colyseus: Server;
  readonly host: string;
  readonly port: number;
  /** Hands everything over and resolves when nothing of it is left. */
  stop(): Promise<void>;
}

/** How long a battle may take to hand itself back before it is left to the next start. */
const HAND_OVER_MS = 5_000;

/** How long clients may take to close their sockets at the end, in milliseconds. */
const LINGER_MS = 1_000;

/** Until ratings are kept. */
const START_ELO = 1000;

/** Where the server has its time from; the store's clock is the store's. */
export interface Clocks {
  readonly scheduler: Scheduler;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
}

const SYSTEM_CLOCKS: Clocks = { scheduler: systemScheduler, wall: Date.now };

/** Rejects when the server cannot start: port taken, database unusable, another server on it. */
export async function startServer(
  config: Config,
  logger: Logger,
  { scheduler, wall }: Clocks = SYSTEM_CLOCKS,
): Promise<RunningServer> {
  const now = scheduler.now.bind(scheduler);
  const database = await openDatabase(config, logger);
  const { log, users, teams, battles } = database;
  const secret = config.jwt.secret ?? (config.isProduction ? undefined : await localSecret(config.dataDir));
  const tokens = createTokens({ ...config.jwt, secret }, wall);
  const http = createServer();
  translateSocketErrors();
  const transport = new WebSocketTransport({
    noServer: true,
    maxPayload: LIMITS.wsPayloadBytes,
    beforeUpgrade: (request, context) => admit(request, context),
  });
  // It sets up the matchmaker and the logger. Listening and routing are ours.
  const colyseus = new Server({
    greet: false,
    gracefullyShutdown: false,
    logger: consoleLogger(logger),
    presence: new LocalPresence(),
    driver: new LocalDriver(),
    transport,
  });
  await matchMaker.onReady;
  const recovery = new Recovery({ log, engine: ENGINE_VERSION, processId: matchMaker.processId, logger });
  const ensureRoom = recovery.ensureRoom.bind(recovery);
  const isForeign = (origin: string | undefined, host: string | undefined): boolean =>
    isForeignOrigin(origin, host, config);
  const admit = createAdmission({ ensureRoom, isForeign, tokens });
  const rooms = new Set<BattleRoom>();
  const queue = { room: undefined as MatchmakingRoom | undefined };
  let isDraining = false;

  const battlePorts: BattleRoomPorts = {
    takeover: (id) => recovery.takeover(id),
    opened: (room) => rooms.add(room),
    ended: (end) => void requeue(queue.room, end, logger),
    disposed: (room) => rooms.delete(room),
    scheduler,
    random: seededRandom(randomBytes(8).toString('hex')),
    logger,
  };
  const openBattle = createOpenBattle({
    log,
    hasEnded: async (id) => (await battles.summary(id)) !== null,
    ensureRoom,
    newSeed,
    generateTeam: (format, seed) => generateTeam(FORMATS.get(format)!, seed),
    isRated: (format) => FORMATS.get(format)!.rated,
    engine: ENGINE_VERSION,
    timer: config.timer,
  });
  const tickets = new MemoryTickets(wall);
  const queuePorts: MatchmakingPorts = {
    matchmaker: (events) =>
      new Matchmaker({
        tickets,
        events,
        openBattle,
        newBattleId: () => generateId(12) as BattleId,
        battleOf: (userId) => log.battleOf(userId),
      }),
    seat: async (battleId, identity) => {
      if ((await ensureRoom(battleId)) !== 'here') return null;
      const room = localBattle(battleId);
      return room
        ? seatOf(room, identity, () => battleSeat({ ensureRoom, battles }, battleId, identity, {}))
        : null;
    },
    battleOf: (userId) => log.battleOf(userId),
    team: async (userId, format, teamId) => {
      const rules = findFormat(format);
      if (!rules) throw new CodedError('FORMAT_NOT_FOUND');
      if (!rules.teamRequired) return null;
      if (teamId === undefined) throw new CodedError('INVALID_MESSAGE', 'This format needs a teamId.');
      const team = await teams.get(userId, teamId);
      if (!team) throw new CodedError('TEAM_NOT_FOUND');
      return validTeam(rules.id, team.packed);
    },
    elo: () => START_ELO,
    scheduler,
    logger,
  };

  matchMaker.defineRoomType('battle', BattleRoom, { ports: battlePorts });
  matchMaker.defineRoomType('matchmaking', MatchmakingRoom, { ports: queuePorts });
  await matchMaker.accept();
  const queueListing = await matchMaker.handleCreateRoom('matchmaking', {});
  queue.room = matchMaker.getLocalRoomById(queueListing.roomId) as unknown as MatchmakingRoom;

  const ports: HttpPorts = {
    config,
    tokens,
    users,
    teams,
    battles,
    live: {
      list: async (format) => [...rooms].filter((room) => isPlayed(room, format)).map(liveBattle),
      get: async (id) =>
        [...rooms].filter((room) => room.roomId === id && isPlayed(room)).map(liveBattle)[0] ?? null,
      seat: (id, identity) => battleSeat({ ensureRoom, battles }, id, identity, {}),
      battleOf: (userId) => log.battleOf(userId),
    },
    queue: { placeOf: (userId) => tickets.placing(userId) },
    health: {
      live: () => ({ ok: true }),
      ready: async () => {
        const isUp = await log.ping();
        return { ok: isUp && !isDraining, draining: isDraining, checks: { database: isUp } };
      },
      summary: async () => ({
        status: (await log.ping()) ? 'ok' : 'degraded',
        uptime: Math.round(process.uptime()),
        timestamp: Date.now(),
        engine: ENGINE_VERSION,
        battles: rooms.size,
        connections: transport['wss'].clients.size,
      }),
    },
    formats: FORMATS,
    checkTeam,
    exportTeam,
    log: logger,
    now,
  };
  const app = createHttpApp(ports);
  const matchmake = createMatchmake({ ...ports, ensureRoom, queueRoomId: () => queueListing.roomId });
  http.on('request', (req: IncomingMessage, res: ServerResponse) => {
    if (isMatchmake(req)) void matchmake(req, res);
    else app(req, res);
  });
  refuseUnreadableUpgrades(http);
  transport.attachToServer(http, { filter: isReadableUpgrade });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(config.port, config.host, resolve);
  });

  const watch = watchStore(log, scheduler, {
    away: () => rooms.forEach((room) => room.session.suspend('store')),
    back: () => rooms.forEach((room) => room.session.wake()),
    sweep: () => recovery.sweep(),
    failed: (error) => logger.error({ err: error }, 'the sweep failed'),
  });

  return {
    colyseus,
    host: config.host,
    port: (http.address() as AddressInfo).port,
    stop: async () => {
      isDraining = true;
      watch.stop();
      recovery.close();
      await queue.room?.handOver();
      await Promise.all([...rooms].map((room) => within(room.handOver(), HAND_OVER_MS)));
      matchMaker.stats.clearAutoPersistInterval();
      transport.shutdown();
      http.closeAllConnections();
      const closed = new Promise((resolve) => http.close(resolve));
      // It waits for upgraded sockets too, and a client may never answer the closing of its own.
      await within(closed, LINGER_MS);
      for (const socket of transport['wss'].clients) socket.terminate();
      await database.close();
    },
  };
}

function newSeed(): string {
  return `sodium,${randomBytes(16).toString('hex')}`;
}

function validTeam(format: FormatId, packed: PackedTeam): PackedTeam {
  const checked = checkTeam(format, packed);
  if (!checked.ok) throw new CodedError('INVALID_TEAM', undefined, { problems: checked.problems });
  return checked.packed;
}

async function seatOf(
  room: BattleRoom,
  { id }: { readonly id: UserId },
  reserve: () => Promise<object>,
): Promise<BattleSeat | null> {
  const { opening } = room.session.battle;
  const side = opening.sides.find(({ userId }) => userId === id)?.side;
  if (!side || room.session.battle.outcome) return null;
  const foe = side === 'p1' ? 'p2' : 'p1';
  return {
    battleId: opening.id,
    format: opening.format,
    opponent: room.players[foe],
    seat: (await reserve()) as BattleSeat['seat'],
  };
}

function isPlayed(room: BattleRoom, format?: FormatId): boolean {
  const { battle } = room.session;
  return battle.outcome === null && (format === undefined || battle.opening.format === format);
}

function liveBattle({ session, players, spectators }: BattleRoom): LiveBattle {
  const { id: battleId, format } = session.battle.opening;
  return { battleId, format, players, turn: session.battle.turn, startedAt: session.startedAt, spectators };
}

/** After a battle that not everybody joined, who came is put back at the head of the queue. */
async function requeue(
  room: MatchmakingRoom | undefined,
  { opening, noShows }: EndedBattle,
  logger: Logger,
): Promise<void> {
  if (noShows.length === 0 || !room) return;
  const { format } = opening;
  const isOwnTeam = findFormat(format)?.teamRequired ?? false;
  const drafts = opening.sides.map(({ userId, name, elo, team }): TicketDraft => ({
    userId,
    name,
    elo,
    format,
    team: isOwnTeam ? team : null,
  }));
  const isAbsent = (side: (typeof SIDE_IDS)[number]): boolean => noShows.includes(side);
  try {
    await room.requeue(
      drafts.filter((_, index) => isAbsent(SIDE_IDS[index]!)).map(({ userId }) => userId),
      drafts.filter((_, index) => !isAbsent(SIDE_IDS[index]!)),
    );
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
