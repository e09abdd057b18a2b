import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { migrate } from '../../src/persistence/database/migrate.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { assertGoesOn, assertKept, assertReadable, contents, fillEarlier } from './earlier-versions.ts';
import { emptyDatabase, runSql } from '../support/postgres.ts';

const run = promisify(execFile);
const SCRIPT = new URL('../../src/persistence/database/migrate.ts', import.meta.url).pathname;

describe('migrate', () => {
  it('makes from nothing exactly the schema that the entities want', async () => {
    const database = await emptyDatabase();
    const orm = await initOrm({ connection: database.connection });
    await migrate(orm);
    assert.equal(await orm.migrator.checkSchema(), false, 'the entities differ from the migrations');
    assert.deepEqual(await orm.migrator.getPending(), []);
    await migrate(orm);
    await orm.close();
    await database.drop();
  });

  for (const version of ['0001-initial', '0002-connection-events', '0003-replaying-owners'])
    it(`brings up ${version}, and keeps what is stored`, async () => {
      const database = await emptyDatabase();
      const orm = await initOrm({ connection: database.connection });
      await orm.migrator.up({ to: version });
      const tables = await fillEarlier(database.connection);
      const before = await contents(database.connection, tables);
      await migrate(orm);
      assert.equal(await orm.migrator.checkSchema(), false, 'the entities differ from the migrations');
      assertKept(before, await contents(database.connection, tables));
      await assertReadable(orm);
      await assertGoesOn(database.connection);
      await orm.close();
      await database.drop();
    });

  it('makes no database beside the one that it is given', async () => {
    const database = await emptyDatabase();
    const { host, port, database: name } = database.connection;
    const clientUrl = `postgres://postgres@localhost/${name}?host=${encodeURIComponent(host)}&port=${port}`;
    const orm = await initOrm({ connection: { clientUrl } });
    await migrate(orm);
    await orm.close();
    const own = `datname in ('postgres', 'migrated', 'template0', 'template1') or datname like 'test\\_%'`;
    const list = await runSql(database.connection, `select datname from pg_database where not (${own})`);
    assert.deepEqual(list.rows, []);
    await database.drop();
  });

  it('would notice a column that the entities do not know', async () => {
    const database = await emptyDatabase();
    const orm = await initOrm({ connection: database.connection });
    await migrate(orm);
    await runSql(database.connection, 'alter table users add column extra int');
    assert.equal(await orm.migrator.checkSchema(), true);
    await orm.close();
    await database.drop();
  });

  it('may be run by three processes at once', async () => {
    const database = await emptyDatabase();
    const { host, port, database: name } = database.connection;
    const url = `postgres://postgres@localhost/${name}?host=${encodeURIComponent(host)}&port=${port}`;
    const env = { ...process.env, DATABASE_URL: url };
    await Promise.all(Array.from({ length: 3 }, () => run(process.execPath, [SCRIPT], { env })));
    const { rows } = await runSql(database.connection, 'select name from mikro_orm_migrations');
    const names = [
      '0001-initial',
      '0002-connection-events',
      '0003-replaying-owners',
      '0004-ratings',
      '0005-blocks',
      '0006-player-formats',
    ];
    assert.deepEqual(
      rows,
      names.map((applied) => ({ name: applied })),
    );
    await database.drop();
  });

  it('may be run by many connections at once', async () => {
    const database = await emptyDatabase();
    const orms = await Promise.all(
      Array.from({ length: 6 }, () => initOrm({ connection: database.connection })),
    );
    await Promise.all(orms.map(migrate));
    await Promise.all(orms.map((orm) => orm.close()));
    await database.drop();
  });

  it('fails loudly without a database', async () => {
    const env = { PATH: process.env['PATH'] };
    await assert.rejects(run(process.execPath, [SCRIPT], { env }), /DATABASE_URL is not set/);
  });
});
