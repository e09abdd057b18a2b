/**
 * The real server as a process of its own, to be killed and started again on the same port and data. Whatever becomes of
 * the test, neither a process nor a file stays behind.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { NODE_FLAGS } from '../../scripts/node-flags.ts';
import { freePort } from './free-port.ts';
import { temporaryDirectory, type SocketAddress } from './postgres.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
const READY = /^Endure is listening on (http:\/\/\S+)$/;
const STOP_MS = 20_000;
const POLL_MS = 20;
/** Lines of the log that are kept to explain a failure. */
const KEPT_LINES = 200;
export const TEST_SECRET = 'a-secret-for-tests-0123456789-abcdefghijklmnop';

const living = new Set<ServerProcess>();
process.once('exit', () => {
  for (const server of living) server.abandon();
});

export interface ServerSettings {
  /** Beside what a test needs in any case. */
  readonly env?: Readonly<Record<string, string>>;
  /** Another copy of `src/main.ts`. */
  readonly main?: string | undefined;
}

/** Resolves when the server takes connections. */
export async function startServerProcess(settings: ServerSettings = {}): Promise<ServerProcess> {
  const server = new ServerProcess(await freePort(), await temporaryDirectory(), settings);
  living.add(server);
  try {
    await server.start();
    return server;
  } catch (error) {
    await server.dispose();
    throw error;
  }
}

export class ServerProcess {
  readonly url: string;
  readonly dataDir: string;
  /** The newest lines of its log. */
  readonly log: string[] = [];
  readonly #env: NodeJS.ProcessEnv;
  readonly #main: string;
  #child: ChildProcess | undefined;

  constructor(port: number, dataDir: string, { env = {}, main = MAIN }: ServerSettings) {
    this.#main = main;
    this.url = `http://127.0.0.1:${port}`;
    this.dataDir = dataDir;
    this.#env = {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: dataDir,
      JWT_SECRET: TEST_SECRET,
      LOG_LEVEL: 'warn',
      ...env,
    };
  }

  /** How to reach its embedded database. */
  get database(): SocketAddress {
    return { host: join(this.dataDir, 'postgres', 'postgres'), port: 5432, database: 'postgres' };
  }

  /** Of the process that runs now; 0 when there is none. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** On the same port and data as before. Rejects when it ends instead. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [...NODE_FLAGS, this.#main], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const ready = Promise.withResolvers<void>();
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        if (READY.test(line)) ready.resolve();
        this.log.push(line);
        if (this.log.length > KEPT_LINES) this.log.shift();
      });
    child.once('exit', (status, signal) => {
      ready.reject(new Error(`The server ended (${signal ?? status}).\n${this.log.slice(-20).join('\n')}`));
    });
    await ready.promise;
  }

  /** Resolves when the process is gone, with its exit status; null when a signal ended it or it was gone before. */
  async kill(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const gone = once(child, 'exit') as Promise<[status: number | null]>;
    child.kill(signal);
    const [status] = await gone;
    return status;
  }

  /** Resolves when the process that runs now is gone, whoever ended it. */
  async gone(): Promise<void> {
    await this.exited();
  }

  /** The same, with its exit status; null when a signal ended it or it never ran. */
  async exited(): Promise<number | null> {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child?.exitCode ?? null;
  }

  /** To a process that stays: SIGSTOP and SIGCONT. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Of the postmaster that runs now; waits for one that is being started. */
  async postgresPid(): Promise<number> {
    for (;;) {
      const text = await readFile(this.#postmasterFile, 'utf8').catch(() => '');
      const pid = Number(text.split('\n', 1)[0]);
      if (pid > 0 && text.includes('ready') && isAlive(pid)) return pid;
      await sleep(POLL_MS);
    }
  }

  /** `kill -9` of the postmaster; resolves when another one runs. */
  async killPostgres(): Promise<void> {
    const pid = await this.postgresPid();
    process.kill(pid, 'SIGKILL');
    while ((await this.postgresPid()) === pid) await sleep(POLL_MS);
  }

  /** Stops it in good order and removes its files. */
  async dispose(): Promise<void> {
    const pid = Number((await readFile(this.#postmasterFile, 'utf8').catch(() => '')).split('\n', 1)[0]);
    const stopped = this.kill('SIGTERM');
    const isStopped = await Promise.race([stopped.then(() => true), sleep(STOP_MS, false, { ref: false })]);
    if (!isStopped) await this.kill('SIGKILL');
    // The database lets go by itself when its server is gone.
    await isGone(pid);
    rmSync(this.dataDir, { recursive: true, force: true });
    living.delete(this);
  }

  /** At once, for when this process ends. */
  abandon(): void {
    this.#child?.kill('SIGKILL');
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  get #postmasterFile(): string {
    return join(this.dataDir, 'postgres', 'postgres', 'data', 'postmaster.pid');
  }
}

async function isGone(pid: number): Promise<void> {
  if (pid > 0) while (isAlive(pid)) await sleep(POLL_MS);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
