import assert from 'node:assert/strict';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { BattleId, FormatId, PackedTeam, UserId } from '../../src/battle/ids.ts';
import { OrmConnectionEventStore } from '../../src/persistence/database/connection-event-store.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { OrmTeamStore } from '../../src/persistence/database/team-store.ts';
import { OrmUserStore } from '../../src/persistence/database/user-store.ts';
import type { ConnectionEvent, TeamDraft } from '../../src/persistence/database/stores.ts';
import { freshDatabase } from '../support/postgres.ts';
import type { FreshDatabase } from '../support/postgres.ts';
import { HOSTILE, kept } from './hostile.ts';

describe('stores', () => {
  let database: FreshDatabase;
  let orm: MikroORM;
  before(async () => {
    database = await freshDatabase();
    orm = await initOrm({ connection: database.connection });
  });
  after(async () => {
    await orm.close();
    await database.drop();
  });

  describe('users', () => userTests(() => orm));
  describe('teams', () => teamTests(() => orm));
  describe('connection events', () => connectionEventTests(() => orm));
});

function userTests(orm: () => MikroORM): void {
  it('makes the row once and keeps the name up to date', async () => {
    const users = new OrmUserStore(orm());
    const id = 'u-1' as UserId;
    assert.equal(await users.find(id), null);
    const first = await users.see(id, 'Ash');
    assert.ok(Math.abs(first.createdAt - Date.now()) < 60_000);
    assert.deepEqual(await users.see(id, 'Ash'), first);
    assert.deepEqual(await users.see(id, 'Ash K.'), { ...first, name: 'Ash K.' });
    assert.deepEqual(await users.find(id), { ...first, name: 'Ash K.' });
    assert.deepEqual(await new OrmUserStore(orm()).see(id, 'Ash K.'), { ...first, name: 'Ash K.' });
  });

  it('asks nothing of the database for a user it has seen', async () => {
    const other = await freshDatabase();
    const ownOrm = await initOrm({ connection: other.connection });
    const users = new OrmUserStore(ownOrm);
    const seen = await users.see('u-2' as UserId, 'Misty');
    await other.drop();
    assert.deepEqual(await users.see('u-2' as UserId, 'Misty'), seen);
    await assert.rejects(users.see('u-2' as UserId, 'Another'));
    await ownOrm.close();
  });

  it('is seen many times at once', async () => {
    const users = Array.from({ length: 10 }, () => new OrmUserStore(orm()));
    const seen = await Promise.all(users.map((store) => store.see('u-3' as UserId, 'Brock')));
    for (const user of seen) assert.deepEqual(user, seen[0]);
  });

  it('keeps hostile names as text', async () => {
    const users = new OrmUserStore(orm());
    for (const [index, name] of HOSTILE.entries()) {
      const id = `hostile-${index}` as UserId;
      await users.see(id, name);
      assert.equal((await users.find(id))?.name, kept(name));
    }
    assert.equal(await users.find('\0' as UserId), null);
  });
}

function teamTests(orm: () => MikroORM): void {
  const ash = 'team-ash' as UserId;
  const gary = 'team-gary' as UserId;
  const draft: TeamDraft = {
    name: 'Rain',
    format: 'gen9ou' as FormatId,
    packed: 'Pelipper|||' as PackedTeam,
  };
  let teams: OrmTeamStore;
  before(async () => {
    teams = new OrmTeamStore(orm());
    const users = new OrmUserStore(orm());
    for (const id of [ash, gary]) await users.see(id, id);
  });

  it('creates, lists, replaces and removes', async () => {
    const first = await teams.create(ash, draft);
    const { id, createdAt, updatedAt, ...rest } = first;
    assert.deepEqual(rest, draft);
    assert.equal(createdAt, updatedAt);
    assert.deepEqual(await teams.get(ash, id), first);
    const second = await teams.create(ash, { ...draft, name: 'Sun' });
    const listed = (await teams.list(ash)).map((team) => team.name).sort();
    assert.deepEqual(listed, ['Rain', 'Sun']);

    const replaced = await teams.replace(ash, id, { ...draft, name: 'Sand' });
    assert.deepEqual(replaced, { ...first, name: 'Sand', updatedAt: replaced?.updatedAt });
    assert.ok(replaced.updatedAt >= first.updatedAt);
    assert.deepEqual(await teams.get(ash, id), replaced);

    assert.equal(await teams.remove(ash, id), true);
    assert.equal(await teams.remove(ash, id), false);
    assert.equal(await teams.get(ash, id), null);
    assert.equal(await teams.replace(ash, id, draft), null);
    assert.deepEqual(await teams.list(ash), [second]);
  });

  it('hides a team from everybody else', async () => {
    const team = await teams.create(ash, draft);
    assert.equal(await teams.get(gary, team.id), null);
    assert.equal(await teams.replace(gary, team.id, { ...draft, name: 'mine' }), null);
    assert.equal(await teams.remove(gary, team.id), false);
    assert.deepEqual(await teams.list(gary), []);
    assert.deepEqual(await teams.get(ash, team.id), team);
  });

  it('finds nothing under ids that are none', async () => {
    for (const id of ['', '1', 'not-a-uuid', '\0', `' or true --`]) {
      assert.equal(await teams.get(ash, id), null);
      assert.equal(await teams.replace(ash, id, draft), null);
      assert.equal(await teams.remove(ash, id), false);
    }
  });

  it('keeps hostile texts as text', async () => {
    for (const text of HOSTILE) {
      const { id } = await teams.create(gary, {
        name: text,
        format: draft.format,
        packed: text as PackedTeam,
      });
      const found = await teams.get(gary, id);
      assert.equal(found?.name, kept(text));
      assert.equal(found?.packed, kept(text));
    }
  });

  it('refuses a team of a user who is not there', async () => {
    await assert.rejects(teams.create('nobody' as UserId, draft));
  });
}

function connectionEventTests(orm: () => MikroORM): void {
  const at = 1_800_000_000_000;
  const joined: ConnectionEvent = {
    battleId: 'b-1' as BattleId,
    kind: 'joined',
    at,
    processId: 'p-1',
    userId: 'ash' as UserId,
    side: 'p1',
    afterMs: null,
    code: null,
  };
  const dropped: ConnectionEvent = { ...joined, kind: 'dropped', at: at + 5, code: 1006 };
  const recovered: ConnectionEvent = {
    ...joined,
    kind: 'recovered',
    at: at + 5,
    userId: null,
    side: null,
    afterMs: 1e12 + 0.5,
  };

  it('gives back what was added, newest first, of one battle', async () => {
    await new OrmUserStore(orm()).see('ash' as UserId, 'Ash');
    const events = new OrmConnectionEventStore(orm());
    const foreign = { ...joined, battleId: 'b-2' as BattleId };
    await events.add([joined, foreign, dropped, recovered]);
    await events.add([]);
    assert.deepEqual(await events.ofBattle(joined.battleId, 100), [recovered, dropped, joined]);
    assert.deepEqual(await events.ofBattle(joined.battleId, 2), [recovered, dropped]);
    assert.deepEqual(await events.ofBattle('b-3' as BattleId, 100), []);
    assert.deepEqual(await events.ofBattle('\0' as BattleId, 100), []);
  });

  it('names nobody who is gone', async () => {
    const users = new OrmUserStore(orm());
    const events = new OrmConnectionEventStore(orm());
    const [gone, here] = ['gone', 'here'] as const as readonly [UserId, UserId];
    const battleId = 'b-4' as BattleId;
    for (const id of [gone, here]) await users.see(id, id);
    await users.erase(gone);
    await events.add([gone, here].map((userId) => ({ ...joined, battleId, userId })));
    const added = await events.ofBattle(battleId, 2);
    assert.deepEqual(
      added.map(({ userId, side }) => [userId, side]),
      [
        [here, 'p1'],
        [null, 'p1'],
      ],
    );
  });

  it('keeps hostile texts as text', async () => {
    const users = new OrmUserStore(orm());
    const events = new OrmConnectionEventStore(orm());
    for (const [index, text] of HOSTILE.entries()) {
      const battleId = `hostile-${index}` as BattleId;
      await users.see(kept(text.slice(0, 60)) as UserId, 'Odd');
      await events.add([{ ...joined, battleId, userId: text.slice(0, 60) as UserId }]);
      assert.equal((await events.ofBattle(battleId, 1))[0]?.userId, kept(text.slice(0, 60)));
    }
  });
}
