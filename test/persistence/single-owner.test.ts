import assert from 'node:assert/strict';
import pg from 'pg';
import { connectionOptions } from '../../src/persistence/database/address.ts';
import { DatabaseTaken, ownDatabase } from '../../src/persistence/database/single-owner.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import type { FreshDatabase } from '../support/postgres.ts';

const HOLDERS = `select l.pid from pg_locks l join pg_database d on d.oid = l.database
  where l.locktype = 'advisory' and l.granted and d.datname = current_database()`;

describe('ownDatabase', () => {
  let database: FreshDatabase;
  const never = (): void => assert.fail('nobody else took it');
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(async () => database.drop());

  async function holder(): Promise<number | undefined> {
    return (await runSql(database.connection, HOLDERS)).rows[0]?.pid;
  }

  it('keeps a second owner out until the first lets go', async () => {
    const first = await ownDatabase(database.connection, never);
    await assert.rejects(ownDatabase(database.connection, never), DatabaseTaken);
    const [second] = await Promise.all([ownDatabase(database.connection, never), first.release()]);
    await second.release();
    assert.equal(await holder(), undefined);
  });

  it('takes the lock again when its connection is cut', async () => {
    const owner = await ownDatabase(database.connection, never);
    const before = await holder();
    await runSql(database.connection, `select pg_terminate_backend(${before})`);
    let after = await holder();
    while (after === undefined || after === before) after = await holder();
    await owner.release();
  });

  it('tells when somebody else was faster', async () => {
    const taken = Promise.withResolvers<DatabaseTaken>();
    const owner = await ownDatabase(database.connection, taken.resolve);
    // The thief waits for the lock in the server, so it is the first to get it.
    const pid = await holder();
    const thief = new pg.Client(connectionOptions(database.connection));
    await thief.connect();
    const stolen = thief.query(
      `select pg_advisory_lock(objid::bigint) from pg_locks where pid = ${pid} and locktype = 'advisory'`,
    );
    const waiting = `select 1 from pg_locks where locktype = 'advisory' and not granted`;
    while ((await runSql(database.connection, waiting)).rowCount === 0);
    await runSql(database.connection, `select pg_terminate_backend(${pid})`);
    await stolen;
    assert.ok((await taken.promise) instanceof DatabaseTaken);
    await owner.release();
    await thief.end();
  });

  it('rejects when there is no server', async () => {
    await assert.rejects(ownDatabase({ host: '/nonexistent', port: 5432 }, never), /ENOENT/);
  });
});
