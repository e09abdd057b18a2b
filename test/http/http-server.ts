/** A real HTTP server on loopback around the app, on a real database; rooms and queue are stood in for. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, BlockList } from 'node:net';
import jwt from 'jsonwebtoken';
import { createTokens } from '../../src/auth/token.ts';
import { FORMATS } from '../../src/battle/format.ts';
import type { BattleId, FormatId, UserId } from '../../src/battle/ids.ts';
import type { Opening } from '../../src/battle/opening.ts';
import type { BattleRecord } from '../../src/battle/record.ts';
import { checkTeam, exportTeam } from '../../src/battle/team.ts';
import { battleEnded } from '../../src/cluster/battle-directory.ts';
import { CodedError, type ErrorCode, ERRORS } from '../../src/errors.ts';
import { createHttpApp } from '../../src/http/app.ts';
import type { HttpPorts, LiveBattle, QueuePlace } from '../../src/http/ports.ts';
import { OrmBattleStore } from '../../src/persistence/database/battle-store.ts';
import { MemoryChallenges } from '../../src/persistence/challenges/memory.ts';
import { OrmBlockStore } from '../../src/persistence/database/block-store.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { OrmRatingStore } from '../../src/persistence/database/rating-store.ts';
import { OrmReplayStore } from '../../src/persistence/database/replay-store.ts';
import { OrmTeamStore } from '../../src/persistence/database/team-store.ts';
import { OrmUserStore } from '../../src/persistence/database/user-store.ts';
import { PostgresInputLog } from '../../src/persistence/input-log/postgres.ts';
import { MemoryTickets } from '../../src/persistence/tickets/memory.ts';
import { createDeletion } from '../../src/server/deletion.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { claimNow } from '../persistence/input-log.contract.ts';
import { sampleOpening, sampleRecord } from '../persistence/sample.ts';
import { KeepingMeter } from '../support/keeping-meter.ts';
import { freshDatabase, type SocketAddress } from '../support/postgres.ts';

export const SECRET = 'q8Zr1-vT5xLm0_YcKd7Wb3NhPf9GsJ2a4Eu6';
/** As by default. */
export const METRICS = { isOpen: false, port: undefined, host: '127.0.0.1' };
/** Of the server's clocks; a test moves `clock.at`. */
export const NOW = 1_800_000_000_000;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed; undefined where the answer is no JSON. */
  readonly body: Record<string, unknown> & { readonly items?: Record<string, unknown>[] };
}

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly clock: { at: number };
  readonly logLines: string[];
  readonly meter: KeepingMeter;
  readonly database: SocketAddress;
  readonly users: OrmUserStore;
  readonly live: LiveBattle[];
  readonly queued: Map<UserId, QueuePlace>;
  readonly challenges: MemoryChallenges;
  guest(name?: string): { token: string; user: { id: UserId; name: string } };
  /** Begins a battle, as far as the database is concerned. */
  open(battle: RecordedBattle): Promise<Opening>;
  /** Plays a battle to its end, as far as the database is concerned: p1 won. */
  record(battle: RecordedBattle): Promise<void>;
  /** The same of a battle that was played. */
  store(record: BattleRecord): Promise<void>;
  /** What a user has after some rated battles. */
  rate(format: string, user: { readonly id: string; readonly name: string }, elo: number): Promise<void>;
  /** `payload` goes out as JSON unless it is text. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  stop(): Promise<void>;
}

export interface RecordedBattle {
  readonly id: string;
  readonly users: readonly [string, string];
  readonly format?: string;
  readonly endedAt?: number;
}

export interface CallOptions {
  readonly token?: string | undefined;
  readonly payload?: unknown;
  readonly headers?: Record<string, string>;
}

export async function startHttp(overrides: Partial<HttpPorts> = {}): Promise<TestServer> {
  const clock = { at: NOW };
  const logLines: string[] = [];
  const meter = new KeepingMeter();
  const live: LiveBattle[] = [];
  const queued = new Map<UserId, QueuePlace>();
  const database = await freshDatabase();
  const orm = await initOrm({ connection: database.connection });
  const inputLog = new PostgresInputLog(database.connection);
  const users = new OrmUserStore(orm);
  const tokens = createTokens({ secret: SECRET }, () => clock.at);
  const battles = new OrmBattleStore(orm);
  const challenges = new MemoryChallenges(new MemoryTickets(() => clock.at), () => clock.at);
  const ports: HttpPorts = {
    blocks: new OrmBlockStore(orm),
    challenges,
    config: {
      corsOrigins: ['https://fans.example'],
      guests: true,
      trustedProxies: new BlockList(),
      exemptAddresses: new BlockList(),
      metrics: METRICS,
    },
    tokens,
    users,
    deleteUser: createDeletion({
      challenges,
      log: inputLog,
      tickets: {
        leave: async (id) => void queued.delete(id) as never,
        placing: async (id) => queued.get(id) ?? null,
      },
      users,
      unrecorded: async () => null,
      deleted: () => {},
    }),
    teams: new OrmTeamStore(orm),
    battles,
    ratings: new OrmRatingStore(orm),
    replays: new OrmReplayStore(orm),
    live: memoryLive(live, battles),
    queue: { placeOf: async (id) => queued.get(id) ?? null },
    health: {
      live: () => ({ ok: true }),
      ready: async () => ({ ok: true, draining: false, checks: { database: true } }),
      summary: async () => ({ status: 'ok', battles: live.length }),
    },
    metrics: {
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      text: async () => 'endure_battles 1\n',
      json: async () => ({ metrics: [] }),
    },
    meter,
    formats: FORMATS,
    checkTeam,
    exportTeam,
    log: createLogger('trace', { write: (line) => void logLines.push(line) }),
    now: () => clock.at,
    ...overrides,
  };
  const open = async ({ id, users: seated, format }: RecordedBattle): Promise<Opening> => {
    const opening = sampleOpening({ id, users: seated, ...(format !== undefined && { format }) });
    await inputLog.open(opening);
    return opening;
  };
  const server = createServer(createHttpApp(ports));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  return {
    url,
    port,
    clock,
    logLines,
    meter,
    database: database.connection,
    users,
    live,
    queued,
    challenges,
    guest: (name) => tokens.issueGuest(name),
    call: (method, path, options) => call(method, url + path, options),
    open,
    async record({ endedAt, ...battle }) {
      const opening = await open(battle);
      const { epoch, entries } = await claimNow(inputLog, opening.id);
      await inputLog.finish(opening.id, epoch, sampleRecord(opening, entries, endedAt));
    },
    async store(record) {
      const { id, engine } = record.opening;
      await inputLog.open(record.opening);
      const claimed = await inputLog.claim(id, 0, 'server-1', engine);
      assert(claimed.kind === 'claimed');
      await inputLog.finish(id, claimed.claim.epoch, record);
    },
    async rate(format, user, elo) {
      await users.see(user.id as UserId, user.name);
      await orm.em.fork().execute(
        `insert into ratings (user_id, format, elo, peak, glicko, wins, losses, ties, streak, best_streak)
         values (?, ?, ?, ?, ?, 3, 2, 1, 1, 2)`,
        [user.id, format, elo, elo + 0.6, JSON.stringify({ rating: 1799.6, deviation: 40.4 })],
      );
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await inputLog.close();
      await orm.close();
      await database.drop();
    },
  };
}

async function call(method: string, url: string, { token, payload, headers = {} }: CallOptions = {}) {
  const response = await fetch(url, {
    method,
    headers: {
      ...(payload !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(payload !== undefined && { body: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  const body = (isJson ? JSON.parse(text) : undefined) as Answer['body'];
  return { status: response.status, headers: response.headers, text, body };
}

/** A user's own, as another server would issue it. */
export function tokenOf(sub: string, name = sub): string {
  return jwt.sign({ sub, name, exp: NOW / 1000 + 86_400 }, SECRET);
}

/** The answer is this error, with its status, and nothing else. */
export function assertError({ status, body, text }: Answer, code: ErrorCode): void {
  assert.equal(body?.['code'], code, text);
  assert.equal(status, ERRORS[code].status);
  assert.equal(body['recoverable'], ERRORS[code].recoverable);
  assert.equal(typeof body['message'], 'string');
  assert.match(String(body['requestId']), /^[\da-f-]{36}$/);
  const known = new Set(['code', 'message', 'recoverable', 'details', 'requestId']);
  assert(Object.keys(body).every((key) => known.has(key)));
}

function memoryLive(live: readonly LiveBattle[], battles: HttpPorts['battles']): HttpPorts['live'] {
  const get = async (id: BattleId) => live.find((battle) => battle.battleId === id) ?? null;
  return {
    get,
    list: async (format?: FormatId) =>
      live.filter((battle) => format === undefined || battle.format === format),
    async seat(id, identity) {
      if ((await get(id)) === null) {
        const summary = await battles.summary(id);
        throw summary ? battleEnded(summary, identity.id) : new CodedError('BATTLE_NOT_FOUND');
      }
      return { sessionId: 'session', roomId: id, for: identity.id };
    },
    async battleOf(userId) {
      const isIn = ({ players }: LiveBattle) => [players.p1.id, players.p2.id].includes(userId);
      return live.find(isIn)?.battleId ?? null;
    },
  };
}
