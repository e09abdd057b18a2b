/**
 * Keeps a second server process off a database that one process alone may use: a session's advisory lock, held on a
 * connection of its own. The epochs protect the log in any case; this protects players from two servers at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { connectionOptions } from './address.ts';
import type { DatabaseAddress } from './address.ts';

/** Any number; the same in every process. */
const OWNER_LOCK = 7_301_948;
/** The connection of a predecessor that was killed is noticed by the server within this time, or never soon. */
const PATIENCE_MS = 1_500;
const RETRY_MS = 250;
const CONNECT_TIMEOUT_MS = 2_000;

export class DatabaseTaken extends Error {
  override readonly name = 'DatabaseTaken';
  constructor() {
    super('Another server process uses this database. Without REDIS_URL only one may.');
  }
}

export interface Ownership {
  release(): Promise<void>;
}

/**
 * Rejects with `DatabaseTaken`, or as `pg` does when the server is away. A lock lost with its connection is taken
 * again as soon as the server answers; `onTaken` is called, once, if somebody else had it by then.
 */
export async function ownDatabase(
  address: DatabaseAddress,
  onTaken: (error: DatabaseTaken) => void,
): Promise<Ownership> {
  const stopping = new AbortController();
  let current = await lockPatiently(address, stopping.signal);
  const keep = async (): Promise<void> => {
    for (;;) {
      await current.lost;
      if (stopping.signal.aborted) return;
      current = await relock(address, stopping.signal);
    }
  };
  const kept = keep().catch((error: unknown) => {
    if (error instanceof DatabaseTaken) onTaken(error);
    else if (!stopping.signal.aborted) throw error;
  });
  return {
    release: async () => {
      stopping.abort();
      await current.client.end().catch(() => {});
      await kept;
    },
  };
}

interface Lock {
  readonly client: pg.Client;
  readonly lost: Promise<void>;
}

/** For as long as the server is away. */
async function relock(address: DatabaseAddress, signal: AbortSignal): Promise<Lock> {
  for (;;) {
    try {
      return await lockPatiently(address, signal);
    } catch (error) {
      if (error instanceof DatabaseTaken || signal.aborted) throw error;
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
}

async function lockPatiently(address: DatabaseAddress, signal: AbortSignal): Promise<Lock> {
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    const lock = await tryLock(address);
    if (lock && !signal.aborted) return lock;
    await lock?.client.end();
    if (waitedMs >= PATIENCE_MS) throw new DatabaseTaken();
    await sleep(RETRY_MS, undefined, { signal });
  }
}

async function tryLock(address: DatabaseAddress): Promise<Lock | null> {
  const client = new pg.Client({
    ...connectionOptions(address),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  const lost = new Promise<void>((resolve) => {
    client.on('error', () => resolve());
    client.on('end', () => resolve());
  });
  try {
    await client.connect();
    const sql = `select pg_try_advisory_lock(${OWNER_LOCK}) as locked`;
    const { rows } = await client.query<{ locked: boolean }>(sql);
    if (rows[0]?.locked) return { client, lost };
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  await client.end();
  return null;
}
