/**
 * Gives back to the pool what broke while it was in use. The ORM keeps the connection of a transaction whose rollback
 * fails: each database that goes away would leave the pool smaller, and closing it would wait for ever.
 */
import type pg from 'pg';

/** Whoever can still give a connection back does so at once when its query fails. Milliseconds. */
const GRACE_MS = 250;

export function reclaimBroken(pool: pg.Pool): void {
  const held = new Set<pg.PoolClient>();
  pool.on('acquire', (client) => void held.add(client));
  pool.on('release', (_error, client) => void held.delete(client));
  pool.on('connect', (client) => {
    client.once('end', () => {
      setTimeout(() => {
        if (held.has(client)) client.release(true);
      }, GRACE_MS);
    });
  });
}
