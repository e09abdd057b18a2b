/** Brings the schema up to date. `npm run migrate` does it for the database of `DATABASE_URL`. */
import { pathToFileURL } from 'node:url';
import type { MikroORM } from '@mikro-orm/postgresql';
import { loadConfig } from '../../config/config.ts';
import { initOrm } from './orm.ts';

/** Any number; the same in every process. */
const MIGRATION_LOCK = 7_301_947;

/** Any number of processes may call it at once: they take turns, and the later ones find nothing to do. */
export async function migrate(orm: MikroORM): Promise<void> {
  await orm.em.fork().transactional(async (em) => {
    await em.execute(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    // On a connection of its own, while ours keeps the others out.
    await orm.migrator.up();
  });
}

async function main(): Promise<void> {
  const { databaseUrl, pool } = loadConfig(process.env);
  if (databaseUrl === undefined)
    throw new Error('DATABASE_URL is not set. The embedded database is brought up to date at every start.');
  const orm = await initOrm({
    connection: { clientUrl: databaseUrl },
    pool: { ...pool, max: Math.max(2, pool.max) },
  });
  try {
    await migrate(orm);
  } finally {
    await orm.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
