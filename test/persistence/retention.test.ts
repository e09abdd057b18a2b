import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { UserId } from '../../src/battle/ids.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { OrmRetention } from '../../src/persistence/database/retention.ts';
import { PostgresInputLog } from '../../src/persistence/input-log/postgres.ts';
import { PostgresRecorder } from '../../src/persistence/outbox/postgres-recorder.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import type { FreshDatabase } from '../support/postgres.ts';
import { sampleOpening, sampleRecord } from './sample.ts';

describe('what is kept for a time only', () => {
  let database: FreshDatabase;
  let orm: MikroORM;
  let retention: OrmRetention;
  beforeEach(async () => {
    database = await freshDatabase();
    orm = await initOrm({ connection: database.connection });
    retention = new OrmRetention(orm);
  });
  afterEach(async () => {
    await orm.close();
    await database.drop();
  });

  const run = async (text: string): Promise<Record<string, unknown>[]> =>
    (await runSql(database.connection, text)).rows as Record<string, unknown>[];
  const guest = (): UserId => `guest-${randomUUID()}` as UserId;
  const add = async (id: string, days: number): Promise<void> =>
    void (await run(
      `insert into users (id, name, created_at) values ('${id}', 'x', now() - interval '${days} days')
         on conflict (id) do update set created_at = excluded.created_at`,
    ));
  const addTeam = (owner: string, days: number) =>
    run(`insert into teams (id, owner_id, name, format, packed, created_at, updated_at)
      values ('${randomUUID()}', '${owner}', 'x', 'x', 'x', now(), now() - interval '${days} days')`);
  const users = async (): Promise<unknown[]> => (await run('select id from users')).map(({ id }) => id);

  it('are connection events, for 30 days', async () => {
    await run(`insert into connection_events (battle_id, kind, at, process_id)
      select case when n > 2500 then 'new' else 'old' end, 'joined',
        now() - case when n > 2500 then interval '29 days 23 hours' else interval '30 days 1 minute' end, 'p'
      from generate_series(1, 2600) n`);
    assert.deepEqual(await retention.cleanUp(true), { oldEvents: 2500, oldGuests: 0 });
    assert.deepEqual(await retention.cleanUp(false), { oldEvents: 2500, oldGuests: 0 });
    assert.deepEqual(await run('select distinct battle_id from connection_events'), [{ battle_id: 'new' }]);
    assert.deepEqual(await retention.cleanUp(false), { oldEvents: 0, oldGuests: 0 });
  });

  it('are guests who have done nothing, for 7 days', async () => {
    const [young, busy, playing, owner, idle] = [guest(), guest(), guest(), guest(), guest()];
    const recorder = new PostgresRecorder(database.connection);
    await recorder.record(sampleRecord(sampleOpening({ users: [busy, 'ash'] })));
    await recorder.close();
    const log = new PostgresInputLog(database.connection);
    await log.open(sampleOpening({ users: [playing, 'gary'] }));
    await log.close();
    for (const id of [busy, playing, owner, idle, 'ash', 'guest-bob']) await add(id, 8);
    await add(young, 6);
    await addTeam(owner, 6);
    await addTeam(idle, 8);
    assert.deepEqual(await retention.cleanUp(true), { oldEvents: 0, oldGuests: 1 });
    assert.deepEqual(await retention.cleanUp(false), { oldEvents: 0, oldGuests: 1 });
    const kept = [young, busy, playing, owner, 'ash', 'guest-bob'];
    assert.deepEqual(new Set(await users()), new Set(kept));
    assert.equal((await run('select from teams')).length, 1);
  });

  it('are guests among however many others', async () => {
    await run(`insert into users (id, name, created_at)
      select case when n % 4 = 0 then 'guest-' || gen_random_uuid() else 'user-' || n end, 'x',
        now() - interval '9 days' from generate_series(1, 4000) n`);
    assert.deepEqual(await retention.cleanUp(false), { oldEvents: 0, oldGuests: 1000 });
    assert.equal((await users()).length, 3000);
  });

  it('is removed by one process at a time', async () => {
    await add(guest(), 8);
    await orm.em.fork().transactional(async (em) => {
      await em.execute('select pg_advisory_xact_lock(7301949)');
      assert.deepEqual(await retention.cleanUp(false), { oldEvents: 0, oldGuests: 0 });
    });
    const both = await Promise.all([retention, new OrmRetention(orm)].map((one) => one.cleanUp(false)));
    assert.equal(both[0]!.oldGuests + both[1]!.oldGuests, 1);
  });

  it('is not taken from a guest whose first battle is being recorded', async () => {
    const late = guest();
    await add(late, 8);
    await orm.em.fork().transactional(async (em) => {
      await em.execute('select 1 from users where id = ? for update', [late]);
      assert.deepEqual(await retention.cleanUp(false), { oldEvents: 0, oldGuests: 0 });
    });
    assert.deepEqual(await users(), [late]);
  });
});
