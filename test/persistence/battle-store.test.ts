import assert from 'node:assert/strict';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { BattleId, FormatId, UserId } from '../../src/battle/ids.ts';
import { afterBattle, START, type Rating } from '../../src/ratings/rating.ts';
import type { Standing } from '../../src/persistence/database/stores.ts';
import { OrmBattleStore } from '../../src/persistence/database/battle-store.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { OrmUserStore } from '../../src/persistence/database/user-store.ts';
import { PostgresInputLog } from '../../src/persistence/input-log/postgres.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import type { FreshDatabase } from '../support/postgres.ts';
import { HOSTILE } from './hostile.ts';
import { claimNow } from './living.ts';
import { choice, RESUME, sampleOpening, sampleRecord } from './sample.ts';

describe('OrmBattleStore', () => {
  let database: FreshDatabase;
  let orm: MikroORM;
  let log: PostgresInputLog;
  let battles: OrmBattleStore;
  before(async () => {
    database = await freshDatabase();
    orm = await initOrm({ connection: database.connection });
    log = new PostgresInputLog(database.connection);
    battles = new OrmBattleStore(orm);
  });
  after(async () => {
    await Promise.all([log.close(), orm.close()]);
    await database.drop();
  });

  async function record(
    change: Parameters<typeof sampleOpening>[0],
    endedAt: number,
    text = 'move 1',
  ): Promise<ReturnType<typeof sampleRecord>> {
    const opening = sampleOpening(change);
    await log.open(opening);
    const { epoch } = await claimNow(log, opening.id);
    for (const [length, one] of [RESUME, choice(1, text)].entries()) {
      await log.append(opening.id, epoch, length, one);
    }
    const { entries, epoch: current } = await claimNow(log, opening.id);
    const finished = sampleRecord(opening, entries, endedAt);
    assert.deepEqual(await log.finish(opening.id, current, finished), { kind: 'finished' });
    return finished;
  }

  it('gives back what the log recorded', async () => {
    const { opening, ...finished } = await record(
      { users: ['r-1', 'r-2'] },
      1_700_000_123_456,
      HOSTILE.join(),
    );
    const moved = afterBattle(START, START, 1, 1_700_000_123_456);
    const summary = {
      battleId: opening.id,
      format: opening.format,
      winner: 'p1',
      reason: 'win',
      turns: 7,
      rated: true,
      ratedSeq: 1,
      startedAt: 1_700_000_000_000,
      endedAt: 1_700_000_123_456,
      players: opening.sides.map(({ side, userId, name, elo }, index) => ({
        side,
        userId,
        name,
        elo,
        before: standingOf(START),
        after: standingOf(moved[index]!),
      })),
    };
    assert.deepEqual(await battles.summary(opening.id), summary);
    assert.deepEqual(await battles.get(opening.id), {
      ...summary,
      engine: opening.engine,
      seed: opening.seed,
      inputs: finished.entries,
      lines: finished.lines,
      teams: { p1: opening.sides[0]!.team, p2: opening.sides[1]!.team },
      replayKey: null,
      publishedTeams: [],
    });
    assert.equal((await new OrmUserStore(orm).find('r-1' as UserId))?.name, 'Ash');
  });

  it('leaves the name of a user who is known as it is', async () => {
    await new OrmUserStore(orm).see('known' as UserId, 'Known');
    await record({ users: ['known', 'unknown'] }, 1_700_000_000_001);
    assert.equal((await new OrmUserStore(orm).find('known' as UserId))?.name, 'Known');
  });

  it('lists newest first, page by page, by user and by format', async () => {
    const made: { id: string; user: string; format: string; endedAt: number }[] = [];
    for (let index = 0; index < 12; index += 1) {
      const user = `lister-${index % 2}`;
      const format = `format-${index % 3}`;
      const endedAt = 1_800_000_000_000 + [5, 3, 3, 9, 1, 7, 7, 7, 2, 8, 4, 6][index]!;
      const { opening } = await record({ users: [user, `foe-${index}`], format }, endedAt);
      made.push({ id: opening.id, user, format, endedAt });
    }
    made.sort((a, b) => b.endedAt - a.endedAt || (a.id < b.id ? 1 : -1));
    for (const user of [undefined, 'lister-0', 'lister-1']) {
      for (const format of [undefined, 'format-0', 'format-1']) {
        const expected = made.filter(
          (one) => (!user || one.user === user) && (!format || one.format === format),
        );
        const filter = {
          ...(user && { user: user as UserId }),
          ...(format && { format: format as FormatId }),
        };
        const { items, total } = await battles.list({ ...filter, limit: expected.length, offset: 0 });
        assert.deepEqual(
          items.map((item) => item.battleId),
          expected.map((one) => one.id),
        );
        if (user || format) assert.equal(total, expected.length);
        const page = await battles.list({ ...filter, limit: 2, offset: 1 });
        assert.deepEqual(
          page.items.map((item) => item.battleId),
          expected.slice(1, 3).map((one) => one.id),
        );
      }
    }
  });

  it('counts as far as pages reach', async () => {
    const battle = `'many-' || i, 'gen7ou', 'e', 's', false, '{}', 'p1', 'win', 1, now(), now(), '[]', '[]'`;
    await runSql(
      database.connection,
      `insert into users (id, name) values ('many', 'M');
       insert into battles select ${battle} from generate_series(1, 10150) i;
       insert into battle_players (battle_id, side, user_id, name, elo, team, ended_at, format)
         select 'many-' || i, 'p1', 'many', 'M', 1000, '', now(), 'gen7ou' from generate_series(1, 10150) i`,
    );
    const [user, format] = ['many' as UserId, 'gen7ou' as FormatId];
    for (const filter of [{}, { user }, { format }, { user, format }])
      assert.equal((await battles.list({ ...filter, limit: 1, offset: 0 })).total, 10_100);
  });

  it('finds nothing under ids that are none', async () => {
    for (const id of ['', '\0', `' or true --`, '\ud800']) {
      assert.equal(await battles.summary(id as BattleId), null);
      assert.equal(await battles.get(id as BattleId), null);
      const none = { items: [], total: 0 };
      assert.deepEqual(await battles.list({ user: id as UserId, limit: 5, offset: 0 }), none);
    }
  });
});

function standingOf({ elo, glicko: { rating, deviation } }: Rating): Standing {
  return { elo, glicko: { rating, deviation } };
}
