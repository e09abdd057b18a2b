/** Whether the database answers. */
import type { MikroORM } from '@mikro-orm/postgresql';

/** A database that needs longer cannot record or sign in anybody either. */
const LIMIT_MS = 1_000;

/** The answer never rejects and comes within a second. One question at a time, however many ask. */
export function createProbe(orm: MikroORM): () => Promise<boolean> {
  let underWay: Promise<boolean> | undefined;
  return async () => {
    underWay ??= ask(orm).finally(() => (underWay = undefined));
    const late = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => late.resolve(false), LIMIT_MS);
    return Promise.race([underWay, late.promise]).finally(() => clearTimeout(timer));
  };
}

async function ask(orm: MikroORM): Promise<boolean> {
  try {
    await orm.em.fork().execute('select 1');
    return true;
  } catch {
    return false;
  }
}
