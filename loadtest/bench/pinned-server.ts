/** A server with a core to itself, and its database on another. Linux only. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { NODE_FLAGS } from '../../scripts/node-flags.ts';
import { ended, moveChildren, spawnPinned } from './pinned.ts';

/** The server has one core, all else has the other. */
export const CORE = { SERVER: 0, REST: 1 } as const;

export interface PinnedServer {
  readonly pid: number;
  readonly url: string;
  readonly secret: string;
  readonly adminPassword: string;
  /** Connections that it has opened since have new children of PostgreSQL behind them. */
  moveDatabase(): void;
  stop(): Promise<void>;
}

/** With a database of its own, unless `env` names another. Resolves when it takes connections. */
export async function startPinned(env: Readonly<Record<string, string>> = {}): Promise<PinnedServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'endure-load-'));
  // The account that runs PostgreSQL must be able to enter.
  await chmod(dataDir, 0o755);
  const secret = randomBytes(32).toString('hex');
  const adminPassword = randomBytes(32).toString('hex');
  const child = spawnPinned({
    core: CORE.SERVER,
    file: new URL('../../src/main.ts', import.meta.url),
    nodeArgs: NODE_FLAGS,
    env: {
      DATA_DIR: dataDir,
      PORT: '0',
      JWT_SECRET: secret,
      ADMIN_PASSWORD: adminPassword,
      LOG_LEVEL: 'warn',
      DATABASE_URL: '',
      // All bots come from one address.
      RATE_LIMIT_EXEMPT: '127.0.0.1',
      ...env,
    },
  });
  const pid = child.pid!;
  const url = await listening(child);
  moveChildren(pid, CORE.REST);
  return {
    pid,
    url,
    secret,
    adminPassword,
    moveDatabase: () => moveChildren(pid, CORE.REST),
    stop: async () => {
      child.kill('SIGTERM');
      await ended(child);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function listening(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const url = /listening on (http:\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('The server did not start.');
}
