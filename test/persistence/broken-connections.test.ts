/** What becomes of the connections of transactions that break, over a real PostgreSQL out of reach. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MikroORM } from '@mikro-orm/postgresql';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { openStoreGate, type StoreGate } from '../support/store-gate.ts';

const POOL = { max: 2, idleTimeoutMs: 30_000, connectTimeoutMs: 2_000 };

describe('a pool whose database goes away', () => {
  let database: FreshDatabase;
  let gate: StoreGate;
  let orm: MikroORM;
  beforeEach(async () => {
    database = await freshDatabase();
    const { host, port } = database.connection;
    gate = await openStoreGate(`${host}/.s.PGSQL.${port}`);
    orm = await initOrm({
      connection: { ...database.connection, host: '127.0.0.1', port: gate.port },
      pool: POOL,
    });
  });
  afterEach(async () => {
    await gate.close();
    await database.drop();
  });

  const ask = (): Promise<unknown> => orm.em.fork().execute('select 1');
  /** `isBegun`: it breaks within, and not on the way to its beginning. */
  async function breakOne(isBegun: boolean): Promise<void> {
    await ask();
    if (!isBegun) gate.shut();
    const broken = orm.em.fork().transactional(async (em) => {
      await em.execute('select 1');
      gate.shut();
      await em.execute('select 2');
    });
    await assert.rejects(broken);
    gate.open();
  }

  it('has them all again when it is back, however often that happens', async () => {
    for (let time = 0; time < 3 * POOL.max; time += 1) await breakOne(time % 2 === 0);
    await Promise.all([ask(), ask(), ask()]);
    await orm.close();
  });

  it('closes', async () => {
    await breakOne(true);
    const closed = orm.close().then(() => 'closed');
    assert.equal(await Promise.race([closed, sleep(5_000, 'hangs', { ref: false })]), 'closed');
  });
});
