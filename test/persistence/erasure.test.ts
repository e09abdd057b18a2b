import assert from 'node:assert/strict';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { BattleId, FormatId, PackedTeam, UserId } from '../../src/battle/ids.ts';
import { OrmBattleStore } from '../../src/persistence/database/battle-store.ts';
import { OrmConnectionEventStore } from '../../src/persistence/database/connection-event-store.ts';
import { eraseUser } from '../../src/persistence/database/erasure.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { OrmTeamStore } from '../../src/persistence/database/team-store.ts';
import { UserGone } from '../../src/persistence/database/stores.ts';
import { OrmUserStore } from '../../src/persistence/database/user-store.ts';
import { PostgresRecorder } from '../../src/persistence/outbox/postgres-recorder.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import type { FreshDatabase } from '../support/postgres.ts';
import { sampleOpening, sampleRecord } from './sample.ts';

const [ASH, GARY] = ['ash', 'gary'] as const as readonly [UserId, UserId];
const LINES = ['|player|p1|Ash|1|1000', '|player|p2|Gary|2|', '|-message|Ash? "\\\0', '|win|Ash'];
const [ERASED, BOTH] = [
  ['|player|p1|Deleted user|1|1000', LINES[1], LINES[2], '|win|Deleted user'],
  ['|player|p1|Deleted user|1|1000', '|player|p2|Deleted user 2|2|', LINES[2], '|win|Deleted user'],
];

describe('a user who is erased', () => {
  let database: FreshDatabase;
  let orm: MikroORM;
  let recorder: PostgresRecorder;
  let users: OrmUserStore;
  let battles: OrmBattleStore;

  beforeEach(async () => {
    database = await freshDatabase();
    orm = await initOrm({ connection: database.connection });
    recorder = new PostgresRecorder(database.connection);
    users = new OrmUserStore(orm);
    battles = new OrmBattleStore(orm);
  });
  afterEach(async () => {
    await Promise.all([recorder.close(), orm.close()]);
    await database.drop();
  });

  async function play(count: number): Promise<BattleId[]> {
    const ids = Array.from({ length: count }, (_, index) => `b-${index}` as BattleId);
    for (const [index, id] of ids.entries()) {
      const record = sampleRecord(sampleOpening({ id, users: [ASH, GARY] }), [], 1_700_000_000_000 + index);
      await recorder.record({ ...record, lines: LINES });
    }
    return ids;
  }

  async function furnish(): Promise<void> {
    const packed = 'Pelipper|||' as PackedTeam;
    await new OrmTeamStore(orm).create(ASH, { name: 'Rain', format: 'gen9ou' as FormatId, packed });
    const event = { battleId: 'b-0' as BattleId, kind: 'joined', at: 1, processId: 'p' } as const;
    const rest = { side: 'p1', afterMs: null, code: null } as const;
    const events = new OrmConnectionEventStore(orm);
    await events.add([ASH, GARY].map((userId) => ({ ...event, ...rest, userId })));
  }

  const count = async (text: string): Promise<number> =>
    Number((await runSql(database.connection, `select count(*) ${text}`)).rows[0].count);

  async function assertGone(ids: readonly BattleId[]): Promise<void> {
    assert.equal(await users.find(ASH), null);
    assert.equal(await count(`from teams`), 0);
    assert.equal(await count(`from ratings where user_id = 'ash'`), 0);
    assert.equal(await count(`from achievements where user_id = 'ash'`), 0);
    assert.equal(await count(`from connection_events where user_id = 'ash'`), 0);
    for (const id of ids) {
      const battle = await battles.get(id);
      assert.deepEqual(battle?.lines, ERASED);
      assert.deepEqual(
        battle.players.map(({ userId, name }) => [userId, name]),
        [
          [null, 'Deleted user'],
          ['gary', 'Gary'],
        ],
      );
      assert.notEqual(battle.players[0]!.after, null);
    }
    assert.equal(await count(`from ratings where user_id = 'gary'`), 1);
    assert.equal(await count(`from connection_events where user_id = 'gary'`), 1);
    assert.equal(await count(`from achievements where user_id = 'gary'`), 0);
  }

  it('is in no row and no line, and the battles stay', async () => {
    const ids = await play(25);
    await furnish();
    await users.erase(ASH);
    await assertGone(ids);
    assert.deepEqual(await battles.list({ user: ASH, limit: 10, offset: 0 }), { items: [], total: 0 });
    await users.erase(ASH);
    await users.erase('\0' as UserId);
  });

  it('leaves two names that differ where the other one goes too, both at once', async () => {
    const ids = await play(12);
    await Promise.all([users.erase(ASH), new OrmUserStore(orm).erase(GARY)]);
    for (const id of ids) {
      const { lines, players } = (await battles.get(id))!;
      const swapped = BOTH.map((line) =>
        line!.replace(/Deleted user( 2)?(?=\||$)/, (_, two) => (two ? 'Deleted user' : 'Deleted user 2')),
      );
      const names = players.map(({ name }) => name);
      assert.deepEqual(lines, names[0] === 'Deleted user' ? BOTH : swapped);
      assert.deepEqual(names.toSorted(), ['Deleted user', 'Deleted user 2']);
    }
    assert.equal(await count('from users'), 0);
  });

  it('is gone after the next try, wherever the one before broke off', async () => {
    const ids = await play(11);
    await furnish();
    const breaks = Array.from({ length: 200 }, (_, index) => index + 1);
    let tries = 0;
    for (const at of breaks) {
      const broken = breakingAt(orm, at);
      tries += 1;
      const isDone = await eraseUser(broken, ASH).then(
        () => true,
        () => false,
      );
      const named = await count(`from battle_players where user_id = 'ash'`);
      const lines = await count(`from battles where lines::text like '%|win|Ash%'`);
      assert.equal(lines, named, 'a battle is forgotten whole');
      if (isDone) break;
      assert.equal((await users.find(ASH))?.name, 'Ash');
      if (named > 0) assert.equal(await count('from teams'), 1);
    }
    assert(tries > 5 && tries < 200);
    await assertGone(ids);
  });

  it('rejects at every statement that fails, and then loses nothing but what it committed', async () => {
    await play(1);
    await furnish();
    let statements = 0;
    await eraseUser(
      breakingAt(orm, Infinity, () => (statements += 1)),
      'nobody' as UserId,
    );
    assert(statements >= 4);
    for (let at = 1; at <= 3; at += 1) {
      await assert.rejects(eraseUser(breakingAt(orm, at), ASH), /broken off/);
      assert.equal(await count(`from battle_players where user_id = 'ash'`), 1);
      assert.equal(await count(`from battles where lines::text like '%|win|Ash%'`), 1);
    }
  });

  it('stays until a battle that is recorded meanwhile is forgotten too', async () => {
    const [id] = await play(1);
    const late = sampleRecord(sampleOpening({ id: 'late', users: [ASH, GARY] }));
    let statements = 0;
    const record = async (): Promise<void> => {
      // After the last battle was forgotten, before the row goes.
      statements += 1;
      if (statements === 5) await recorder.record({ ...late, lines: LINES });
    };
    await eraseUser(breakingAt(orm, Infinity, record), ASH);
    assert.equal(await users.find(ASH), null);
    for (const one of [id!, late.opening.id]) assert.deepEqual((await battles.get(one))?.lines, ERASED);
  });

  it('is somebody new with the next request, also where another process remembers', async () => {
    const elsewhere = new OrmUserStore(orm);
    const teams = new OrmTeamStore(orm);
    const draft = { name: 'Rain', format: 'gen9ou' as FormatId, packed: 'Pelipper|||' as PackedTeam };
    const { createdAt } = await elsewhere.see(ASH, 'Ash');
    await users.erase(ASH);
    await elsewhere.see(ASH, 'Ash');
    assert.equal(await users.find(ASH), null);
    await assert.rejects(teams.create(ASH, draft), UserGone);
    elsewhere.forget(ASH);
    assert((await elsewhere.see(ASH, 'Ash')).createdAt >= createdAt);
    await teams.create(ASH, draft);
    assert.deepEqual((await users.profile(ASH))?.battles, 0);
  });
});

/** The ORM, whose statement number `at` fails; `before` runs before each. */
function breakingAt(orm: MikroORM, at: number, before: () => unknown = () => {}): MikroORM {
  let number = 0;
  const wrap = (em: EntityManager): EntityManager =>
    new Proxy(em, {
      get(target, name) {
        if (name === 'fork') return () => wrap(target.fork());
        if (name === 'transactional')
          return (work: (inner: EntityManager) => Promise<unknown>) =>
            target.transactional((inner) => work(wrap(inner)));
        const value: unknown = Reflect.get(target, name);
        if (name !== 'execute') return value;
        return async (...args: Parameters<EntityManager['execute']>) => {
          number += 1;
          if (number === at) throw new Error('broken off');
          await before();
          return target.execute(...args);
        };
      },
    });
  return { em: wrap(orm.em) } as MikroORM;
}
