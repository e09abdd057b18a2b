/**
 * A real PostgreSQL of our own: started, watched, started again when it dies, gone when we are gone. For one process on
 * one machine; everything bigger uses `DATABASE_URL`. Reached through a unix socket only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresAccount } from './embedded-postgres/account.ts';
import type { Account } from './embedded-postgres/account.ts';
import { findBinaries } from './embedded-postgres/binaries.ts';
import type { Binaries } from './embedded-postgres/binaries.ts';
import { prepareCluster, removeDrafts, SOCKET_PORT } from './embedded-postgres/cluster.ts';
import type { Cluster } from './embedded-postgres/cluster.ts';
import { spawnWatched } from './embedded-postgres/watched-process.ts';
import type { WatchedProcess } from './embedded-postgres/watched-process.ts';

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** Only tests may turn it off: without it a power cut loses data. */
  readonly fsync?: boolean;
  /** Told in a sentence when the database died, was started again, or had to lie elsewhere. */
  readonly onNotice?: (text: string) => void;
}

export interface EmbeddedPostgres {
  /** Directory of the unix socket; stays the same when the database is started again. */
  readonly host: string;
  readonly port: number;
  /** Of the running postmaster. */
  pid(): number;
  /** Resolves when it has shut down cleanly. */
  stop(): Promise<void>;
}

/** A predecessor that was killed takes this long at most to let go of the data directory. */
const START_ATTEMPTS_MAX = 40;
const START_RETRY_MS = 250;
const RESTART_PAUSE_MAX_MS = 5_000;
/** Having run for this long, the next death is a new misfortune and not the same one again. */
const STABLE_MS = 30_000;

/** Rejects when it cannot be started: no binaries, other major version, another server on the same directory. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const notice = options.onNotice ?? (() => {});
  const account = await postgresAccount();
  const binaries = await findBinaries(account);
  const cluster = await prepareCluster(options.dataDir, account, binaries, notice);
  const boot = () => bootPostmaster(binaries, cluster, account, options.fsync ?? true);
  const supervisor = new Supervisor(boot, notice);
  await supervisor.start();
  await removeDrafts(cluster);
  return {
    host: cluster.socketDir,
    port: SOCKET_PORT,
    pid: () => supervisor.pid,
    stop: () => supervisor.stop(),
  };
}

class Supervisor {
  readonly #boot: () => Promise<WatchedProcess>;
  readonly #notice: (text: string) => void;
  readonly #stopping = new AbortController();
  #child: WatchedProcess | undefined;
  #watching: Promise<void> = Promise.resolve();

  constructor(boot: () => Promise<WatchedProcess>, notice: (text: string) => void) {
    this.#boot = boot;
    this.#notice = notice;
  }

  get pid(): number {
    return this.#child?.pid() ?? 0;
  }

  async start(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#child = await this.#boot();
        break;
      } catch (error) {
        if (!(error instanceof DirectoryBusy) || attempt === START_ATTEMPTS_MAX) throw error;
        await sleep(START_RETRY_MS);
      }
    }
    this.#watching = this.#watch(this.#child);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#child?.letGo();
    await this.#watching;
  }

  async #watch(first: WatchedProcess): Promise<void> {
    let child: WatchedProcess | undefined = first;
    let pauseMs = 0;
    while (child) {
      const bornAt = performance.now();
      const status = await child.exited;
      if (this.#stopping.signal.aborted) return;
      if (performance.now() - bornAt > STABLE_MS) pauseMs = 0;
      this.#notice(`PostgreSQL died (status ${status}); it is started again`);
      child = await this.#again(pauseMs);
      pauseMs = nextPause(pauseMs);
    }
  }

  /** Until it runs again; undefined when we were told to stop meanwhile. */
  async #again(firstPauseMs: number): Promise<WatchedProcess | undefined> {
    for (let pauseMs = firstPauseMs; ; pauseMs = nextPause(pauseMs)) {
      await sleep(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
      if (this.#stopping.signal.aborted) return undefined;
      try {
        this.#child = await this.#boot();
        if (this.#stopping.signal.aborted) this.#child.letGo();
        this.#notice('PostgreSQL runs again');
        return this.#child;
      } catch (error) {
        this.#notice(`PostgreSQL does not start: ${(error as Error).message}`);
      }
    }
  }
}

function nextPause(pauseMs: number): number {
  return Math.min(RESTART_PAUSE_MAX_MS, pauseMs * 2 || START_RETRY_MS);
}

/** A postmaster runs on the directory, or what is left of a killed one still does. */
class DirectoryBusy extends Error {
  override readonly name = 'DirectoryBusy';
}

async function bootPostmaster(
  binaries: Binaries,
  cluster: Cluster,
  account: Account | null,
  fsync: boolean,
): Promise<WatchedProcess> {
  const last: string[] = [];
  let ready = () => {};
  const isReady = new Promise<'ready'>((resolve) => {
    ready = () => resolve('ready');
  });
  const child = spawnWatched(binaries.postgres, settings(cluster, fsync), account, cluster.data, (line) => {
    last.push(line);
    if (last.length > 10) last.shift();
    if (line.includes('ready to accept connections')) ready();
  });
  if ((await Promise.race([isReady, child.exited])) === 'ready') return child;
  const said = last.join('\n');
  const busy = /lock file .* already exists|shared memory block .* is still in use/s.test(said);
  throw busy
    ? new DirectoryBusy(`another server runs on ${cluster.data}\n${said}`)
    : new Error(`PostgreSQL did not start:\n${said}`);
}

function settings({ data, socketDir }: Cluster, fsync: boolean): string[] {
  const options = [
    'listen_addresses=',
    `port=${SOCKET_PORT}`,
    `unix_socket_directories="${socketDir}"`,
    'unix_socket_permissions=0700',
    // A container's /dev/shm is often too small.
    'dynamic_shared_memory_type=mmap',
    'shared_buffers=32MB',
    'wal_level=minimal',
    'max_wal_senders=0',
    'log_checkpoints=off',
    'timezone=UTC',
    ...(fsync ? [] : ['fsync=off', 'full_page_writes=off']),
  ];
  return ['-D', data, ...options.flatMap((option) => ['-c', option])];
}
