/**
 * The real server in this process, on a port and a database of its own. Its time is the real one plus what a test skips,
 * so that no test waits for a clock and no deadline is shortened. Colyseus is one to a process: one server at a time.
 */
import assert from 'node:assert/strict';
import { matchMaker } from '@colyseus/core';
import { ColyseusTestServer } from '@colyseus/testing/TestServer';
import { loadConfig } from '../../src/config/config.ts';
import { localBattle } from '../../src/cluster/recovery.ts';
import type { BattleRoom } from '../../src/rooms/battle-room.ts';
import type { Scheduler } from '../../src/rooms/scheduler.ts';
import { startServer, type RunningServer } from '../../src/server.ts';
import type { Clocks } from '../../src/stores.ts';
import { QUEUE_RULES } from '../../src/persistence/tickets/tickets.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { TEST_SECRET } from './secret.ts';
import { freePort } from './free-port.ts';
import { abandonAll } from './player.ts';
import { openStoreGate, type StoreGate } from './store-gate.ts';
import { freshDatabase, type FreshDatabase, type SocketAddress } from './postgres.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';

silenceSdk();

/** The queues look at the time once in that many milliseconds. */
const TICK_MS = 1_000;

interface LogLine {
  readonly level: string;
  readonly msg: string;
}

interface Timer {
  readonly at: number;
  readonly task: () => void;
  handle: NodeJS.Timeout;
}

export class SkippingClocks implements Clocks, Scheduler {
  #skipped = 0;
  readonly #timers = new Set<Timer>();

  get scheduler(): Scheduler {
    return this;
  }

  readonly wall = (): number => Date.now() + this.#skipped;

  now(): number {
    return performance.now() + this.#skipped;
  }

  after(ms: number, task: () => void): () => void {
    const timer: Timer = { at: this.now() + ms, task, handle: this.#set(ms, () => this.#run(timer)) };
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer.handle);
      this.#timers.delete(timer);
    };
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.size;
  }

  /** What is due by then runs at once, in order; what it sets in turn runs as time goes by. */
  skip(ms: number): void {
    this.#skipped += ms;
    for (const timer of [...this.#timers].sort((a, b) => a.at - b.at)) {
      if (!this.#timers.has(timer)) continue;
      clearTimeout(timer.handle);
      if (timer.at <= this.now()) this.#run(timer);
      else timer.handle = this.#set(timer.at - this.now(), () => this.#run(timer));
    }
  }

  #set(ms: number, task: () => void): NodeJS.Timeout {
    return setTimeout(task, Math.max(0, ms));
  }

  #run(timer: Timer): void {
    this.#timers.delete(timer);
    timer.task();
  }
}

export class TestServer {
  readonly clocks = new SkippingClocks();
  readonly log: LogLine[] = [];
  readonly database: SocketAddress;
  readonly #env: Readonly<Record<string, string>>;
  readonly #drop: () => Promise<void>;
  #running: RunningServer | undefined;

  constructor(database: FreshDatabase, env: Readonly<Record<string, string>>) {
    this.database = database.connection;
    this.#env = env;
    this.#drop = () => database.drop();
  }

  /** Also after `stop`, on the same port and database. */
  async start(): Promise<void> {
    const write = (line: string): void => void this.log.push(JSON.parse(line) as LogLine);
    this.#running = await startServer(loadConfig(this.#env), createLogger('info', { write }), this.clocks);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#env['PORT']}`;
  }

  get colyseus(): ColyseusTestServer {
    // Listening is not Colyseus's own here, so it does not know where.
    const { colyseus, port } = this.#server;
    return new ColyseusTestServer(Object.assign(colyseus, { port }));
  }

  /** The server's own room. */
  battle(id: string): BattleRoom {
    const room = localBattle(id);
    if (!room) throw new Error(`There is no battle ${id}.`);
    return room;
  }

  skip(ms: number): void {
    this.clocks.skip(ms);
  }

  /** Between two tests: every client is gone, every battle has ended, and no ticket is left of them. */
  async clear(): Promise<void> {
    abandonAll();
    while (matchMaker.stats.local.ccu > 0) await new Promise(setImmediate);
    for (const { roomId } of await matchMaker.query({ name: 'battle' }))
      await this.battle(roomId).session.forfeit('p1');
    this.skip(QUEUE_RULES.lapseMs + TICK_MS);
  }

  /** What was logged as an error since the last call. */
  takeErrors(): string[] {
    return this.log
      .splice(0)
      .filter(({ level }) => level === 'error' || level === 'fatal')
      .map(({ msg }) => msg);
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.stop();
  }

  /** Stops it and removes its database. */
  async dispose(): Promise<void> {
    await this.stop();
    await this.#drop();
  }

  get #server(): RunningServer {
    if (!this.#running) throw new Error('The server is not running.');
    return this.#running;
  }
}

/** One server for all tests of a `describe`. Each begins on a clear one, and must not have made it log an error. */
export function withServer(started: (server: TestServer) => void): void {
  let server: TestServer;
  before(async function () {
    this.timeout(30_000);
    server = await startTestServer();
    started(server);
  });
  afterEach(async () => {
    await server.clear();
    assert.deepEqual(server.takeErrors(), []);
  });
  after(() => server.dispose());
}

/** `env` beside what every test needs. */
export async function startTestServer(env: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  return startOn(await freshDatabase(), env);
}

/** The same with a store that a test can take away. */
export async function startWithGate(
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly server: TestServer; readonly gate: StoreGate }> {
  const database = await freshDatabase();
  const { host, port, database: name } = database.connection;
  const gate = await openStoreGate(`${host}/.s.PGSQL.${port}`);
  const server = await startOn(database, {
    ...env,
    DATABASE_URL: `postgresql://postgres@127.0.0.1:${gate.port}/${name}`,
  });
  return { server, gate };
}

async function startOn(database: FreshDatabase, env: Readonly<Record<string, string>>): Promise<TestServer> {
  const server = new TestServer(database, {
    NODE_ENV: 'test',
    PORT: String(await freePort()),
    DATABASE_URL: databaseUrl(database.connection),
    JWT_SECRET: TEST_SECRET,
    ...env,
  });
  await server.start();
  return server;
}

export function databaseUrl({ host, port, database }: SocketAddress): string {
  return `postgresql://postgres@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`;
}
