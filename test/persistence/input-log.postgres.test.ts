import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import type { BattleId } from '../../src/battle/ids.ts';
import { migrate } from '../../src/persistence/database/migrate.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { startEmbeddedPostgres } from '../../src/persistence/embedded-postgres.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { PostgresInputLog } from '../../src/persistence/input-log/postgres.ts';
import { freshDatabase, runSql, temporaryDirectory } from '../support/postgres.ts';
import { appendMany, assertAllThere } from './appending.ts';
import { inputLogContract } from './input-log.contract.ts';
import { allLiving, opened } from './living.ts';
import { choice } from './sample.ts';

inputLogContract('PostgreSQL', async () => {
  const database = await freshDatabase();
  const log = new PostgresInputLog(database.connection);
  return {
    log,
    close: async () => {
      await log.close();
      await database.drop();
    },
  };
});

describe('input log: PostgreSQL that fails', () => {
  it('neither doubles nor loses an entry while its connections are cut', async () => {
    const database = await freshDatabase();
    const log = new PostgresInputLog(database.connection);
    const { id } = await opened(log);
    const cuts: Promise<unknown>[] = [];
    const written = await appendMany(log, id, 500, (index) => {
      const others = `datname = '${database.connection.database}' and pid <> pg_backend_pid()`;
      const cut = `select pg_terminate_backend(pid) from pg_stat_activity where ${others}`;
      if (index % 5 === 0) cuts.push(runSql({ ...database.connection, database: 'postgres' }, cut));
    });
    await Promise.all(cuts);
    await assertAllThere(log, id, written);
    assert.ok(written.away > 0, 'no connection was cut in the middle of an append');
    await log.close();
    await database.drop();
  });

  it('says StoreAway while the server is dead, and has lost nothing that it acknowledged', async () => {
    const dataDir = await temporaryDirectory();
    const postgres = await startEmbeddedPostgres({ dataDir });
    const log = new PostgresInputLog(postgres);
    try {
      const orm = await initOrm({ connection: postgres });
      await migrate(orm);
      await orm.close();
      const battles = await Promise.all(Array.from({ length: 8 }, () => opened(log)));
      const kill = (index: number): void => {
        if (index === 20) process.kill(postgres.pid(), 'SIGKILL');
      };
      const written = await Promise.all(
        battles.map(({ id }, battle) => appendMany(log, id, 40, battle === 0 ? kill : () => {})),
      );
      await Promise.all(battles.map(({ id }, battle) => assertAllThere(log, id, written[battle]!)));
      assert.ok(written.some(({ away }) => away > 0));
      assert.equal(await log.ping(), true);
    } finally {
      await log.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true });
    }
  });

  it('rejects every call with StoreAway when there is no server', async () => {
    const log = new PostgresInputLog({ host: '/nonexistent', port: 5432 });
    const id = 'b' as BattleId;
    await assert.rejects(log.append(id, 1, 0, choice(1)), StoreAway);
    await assert.rejects(log.head(id), StoreAway);
    await assert.rejects(log.claim(id, 0, 's', 'e'), StoreAway);
    await assert.rejects(allLiving(log), StoreAway);
    assert.equal(await log.ping(), false);
    await log.close();
    await assert.rejects(log.head(id), StoreAway);
  });
});
