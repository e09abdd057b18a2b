/** A Redis of our own beside the data: on loopback, with a password, and with an append-only file. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { localSecret } from '../../src/config/local-secret.ts';
import { KeptAlive } from './kept-alive.ts';

export interface LocalRedis {
  /** With the password. */
  readonly url: string;
  readonly port: number;
  readonly process: KeptAlive;
}

/** When Redis brings its file to the disk: each second (a power cut costs up to two seconds of play), or before it answers. */
export type RedisSync = 'everysec' | 'always';

const FIND = new URL('../ensure-redis.mjs', import.meta.url).pathname;
const STOP_MS = 10_000;
const ACCEPTS = /Ready to accept connections/;

/** Its path; undefined after the ways out were told on the standard error. */
export function findRedis(): string | undefined {
  try {
    const env = { ...process.env, NO_APT: '1' };
    return execFileSync(process.execPath, [FIND], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }).trim();
  } catch {
    return undefined;
  }
}

/** Not started yet. `dataDir` exists. */
export async function localRedis(
  binary: string,
  dataDir: string,
  sync: RedisSync,
  notice: (text: string) => void,
): Promise<LocalRedis> {
  const dir = resolve(dataDir, 'redis');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const password = await localSecret(dataDir, 'redis-password');
  const port = await freePort();
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `requirepass ${password}`,
    'appendonly yes',
    `appendfsync ${sync}`,
    'save ""',
    'maxmemory-policy noeviction',
  ];
  // A file, because everybody on the machine can read the arguments of a process.
  await writeFile(join(dir, 'redis.conf'), `${settings.join('\n')}\n`, { mode: 0o600 });
  const redis = new KeptAlive({
    name: 'Redis',
    command: [binary, 'redis.conf'],
    cwd: dir,
    ready: ACCEPTS,
    stopMs: STOP_MS,
    onLine: () => {},
    onNotice: notice,
  });
  return { url: `redis://:${password}@127.0.0.1:${port}`, port, process: redis };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
