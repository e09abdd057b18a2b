/** A real Redis server of a test's own, on a unix socket in a directory of its own. It does not outlive the tests. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { spawnWatched } from '../../src/persistence/embedded-postgres/watched-process.ts';
import type { WatchedProcess } from '../../src/persistence/embedded-postgres/watched-process.ts';
import { connectRedis } from '../../src/persistence/redis/connection.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import type { RedisKeys } from '../../src/persistence/redis/keys.ts';

const ENSURE = new URL('../../scripts/ensure-redis.mjs', import.meta.url).pathname;
const RETRY_MS = 5;

const run = promisify(execFile);
const directories = new Set<string>();
process.once('exit', () => {
  for (const dir of directories) rmSync(dir, { recursive: true, force: true });
});

let binary: Promise<string> | undefined;
let prefixes = 0;

/** Key = value of redis.conf; by default nothing is written to disk. */
export type RedisSettings = Readonly<Record<string, string>>;

/** With an append-only file that survives `kill -9`. */
export const DURABLE: RedisSettings = { appendonly: 'yes', appendfsync: 'everysec' };

/** Resolves when it takes commands. */
export async function startTestRedis(settings: RedisSettings = {}): Promise<TestRedis> {
  binary ??= run(process.execPath, [ENSURE]).then(({ stdout }) => stdout.trim());
  const dir = await mkdtemp(join(tmpdir(), 'endure-redis-'));
  directories.add(dir);
  const server = new TestRedis(await binary, dir, settings);
  await server.start();
  return server;
}

/** Keys that no other test uses. */
export function freshKeys(): RedisKeys {
  prefixes += 1;
  return redisKeys(`t${prefixes}:`);
}

/** Sends each script twice, as a connection does whose reply was lost on the way; the second reply is the answer. */
export function repeating(redis: Redis): Redis {
  type Call = (...args: unknown[]) => Promise<unknown>;
  const twice =
    (call: Call): Call =>
    async (...args) => {
      await call(...args);
      return call(...args);
    };
  redis.evalsha = twice(redis.evalsha.bind(redis) as Call);
  redis.eval = twice(redis.eval.bind(redis) as Call);
  return redis;
}

export class TestRedis {
  /** What `connectRedis` takes. */
  readonly address: string;
  /** For the tests' own commands; never given to what is tested. */
  readonly admin: Redis;
  readonly #binary: string;
  readonly #dir: string;
  readonly #settings: RedisSettings;
  readonly #clients: Redis[] = [];
  #child: WatchedProcess | undefined;
  #pid = 0;

  constructor(binary: string, dir: string, settings: RedisSettings) {
    this.#binary = binary;
    this.#dir = dir;
    this.#settings = settings;
    this.address = join(dir, 'redis.sock');
    this.admin = new Redis(this.address, {
      lazyConnect: true,
      maxRetriesPerRequest: null,
      maxLoadingRetryTime: RETRY_MS,
      retryStrategy: () => RETRY_MS,
    });
    this.admin.on('error', () => {});
  }

  /** On the same files as before. */
  async start(): Promise<void> {
    const settings = { port: '0', unixsocket: this.address, dir: this.#dir, save: '', ...this.#settings };
    const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
    const child = spawnWatched(this.#binary, args, null, this.#dir, () => {});
    this.#child = child;
    const ended = child.exited.then((status) => {
      throw new Error(`redis-server ended with status ${status}.`);
    });
    const info = await Promise.race([this.admin.info('server'), ended]);
    this.#pid = Number(/process_id:(\d+)/.exec(info)?.[1]);
    // From here on its end is what a test wants.
    ended.catch(() => {});
  }

  /** A connection as the product makes it, closed by `stop`. */
  connect(): Redis {
    const redis = connectRedis(this.address);
    this.#clients.push(redis);
    return redis;
  }

  /** Cuts every connection but `admin`'s. */
  async cut(): Promise<void> {
    await this.admin.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  }

  /** `kill -9`; resolves when the process is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    process.kill(this.#pid, 'SIGKILL');
    await child?.exited;
  }

  /** It keeps its connections and answers nobody. */
  pause(): void {
    process.kill(this.#pid, 'SIGSTOP');
  }

  /** After `pause`. */
  resume(): void {
    process.kill(this.#pid, 'SIGCONT');
  }

  async stop(): Promise<void> {
    for (const redis of [this.admin, ...this.#clients]) redis.disconnect();
    if (this.#child) await this.kill();
    rmSync(this.#dir, { recursive: true, force: true });
    directories.delete(this.#dir);
  }
}

/** Resolves when it is connected. Failures on the way, as while the server starts, are none. */
export function becomesReady(redis: Redis): Promise<void> {
  return new Promise((resolve) => void redis.once('ready', resolve));
}
