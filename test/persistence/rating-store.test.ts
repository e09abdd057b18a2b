import assert from 'node:assert/strict';
import type { MikroORM } from '@mikro-orm/postgresql';
import fc from 'fast-check';
import type { FormatId, UserId } from '../../src/battle/ids.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { OrmRatingStore } from '../../src/persistence/database/rating-store.ts';
import type { Standing } from '../../src/persistence/database/stores.ts';
import { freshDatabase } from '../support/postgres.ts';
import type { FreshDatabase } from '../support/postgres.ts';

const glicko = { rating: 1520.25, deviation: 101.5 };
const standing = (elo: number): Standing => ({ elo, glicko });

let formats = 0;
const newFormat = (): FormatId => `format${++formats}` as FormatId;

describe('the rating store', () => {
  let database: FreshDatabase;
  let orm: MikroORM;
  let now = 0;
  let ratings: OrmRatingStore;
  before(async () => {
    database = await freshDatabase();
    orm = await initOrm({ connection: database.connection });
    ratings = new OrmRatingStore(orm, () => now);
  });
  after(async () => {
    await orm.close();
    await database.drop();
  });

  const sql = (text: string, values: unknown[]): Promise<unknown> => orm.em.fork().execute(text, values);

  async function rate(format: FormatId, id: string, elo: number, battles = 3): Promise<void> {
    await sql('insert into users (id, name) values (?, ?) on conflict do nothing', [id, `Name of ${id}`]);
    await sql(
      `insert into ratings (user_id, format, elo, peak, glicko, wins, losses, streak) values (?, ?, ?, ?, ?, 1, ?, 1)
       on conflict (user_id, format) do update set elo = excluded.elo, losses = excluded.losses`,
      [id, format, elo, elo + 5, JSON.stringify({ ...glicko, period: 1 }), battles - 1],
    );
  }

  const idsOf = async (format: FormatId, limit = 100, offset = 0): Promise<string[]> =>
    (await ratings.ladder(format, limit, offset)).items.map(({ user }) => user.id);

  it('goes by Elo, and of equals by the id that sorts last', async () => {
    const format = newFormat();
    for (const [id, elo] of [['a', 1100.2], ['c', 1100.1], ['b', 1100.1], ['d', 1200], ['e', 1000]] as const)
      await rate(format, id, elo); // prettier-ignore
    await rate(newFormat(), 'a', 1500);
    const { items, total } = await ratings.ladder(format, 100, 0);
    assert.deepEqual(
      items.map(({ rank, user }) => [rank, user.id]),
      [[1, 'd'], [2, 'a'], [3, 'c'], [4, 'b'], [5, 'e']],
    ); // prettier-ignore
    assert.equal(total, 5);
    const row = { elo: 1200, glicko, wins: 1, losses: 2, ties: 0 };
    assert.deepEqual(items[0], { rank: 1, user: { id: 'd', name: 'Name of d' }, ...row });
    for (const item of items) assert.deepEqual(await ratings.rank(format, item.user.id), item);
    assert.equal(await ratings.rank(format, 'nobody' as UserId), null);
    assert.equal(await ratings.rank(format, '\0' as UserId), null);
    assert.equal(await ratings.rank(newFormat(), 'a' as UserId), null);
  });

  it('pages through a ladder, with a total that is right at once where it is short', async () => {
    const format = newFormat();
    assert.deepEqual(await ratings.ladder(format, 2, 0), { items: [], total: 0 });
    for (const [index, id] of ['a', 'b', 'c'].entries()) await rate(format, id, 1000 + index);
    assert.deepEqual(await idsOf(format, 2), ['c', 'b']);
    assert.deepEqual(await idsOf(format, 2, 2), ['a']);
    assert.equal((await ratings.ladder(format, 2, 0)).total, 3);
    assert.deepEqual(await ratings.ladder(format, 2, 7), { items: [], total: 3 });
    await rate(format, 'd', 900);
    assert.equal((await ratings.ladder(format, 9, 0)).total, 4);
    assert.equal((await ratings.ladder(format, 2, 2)).total, 4, 'never less than what is shown');
    await rate(format, 'e', 900);
    now += 5_000;
    assert.equal((await ratings.ladder(format, 2, 0)).total, 5);
  });

  it('gives the ratings of a user by format, and an Elo even of who has not played', async () => {
    const [first, second] = [newFormat(), newFormat()].sort() as [FormatId, FormatId];
    await rate(second, 'ann', 1300.5);
    await rate(first, 'ann', 1010);
    const rest = { glicko, wins: 1, losses: 2, ties: 0, streak: 1 };
    assert.deepEqual(await ratings.ofUser('ann' as UserId), [
      { format: first, elo: 1010, ...rest, peak: 1015 },
      { format: second, elo: 1300.5, ...rest, peak: 1305.5 },
    ]);
    assert.deepEqual(await ratings.ofUser('nobody' as UserId), []);
    assert.deepEqual(await ratings.ofUser('\0' as UserId), []);
    assert.equal(await ratings.elo('ann' as UserId, second), 1300.5);
    for (const [id, format] of [['nobody', second], ['ann', newFormat()], ['\0', second]] as const)
      assert.equal(await ratings.elo(id as UserId, format), 1000); // prettier-ignore
  });

  describe('rank changes', () => {
    /** A rated battle of `a` and `b` as it is recorded; those who have not played yet have no row before. */
    async function play(
      format: FormatId,
      [a, beforeA, afterA]: readonly [string, number, number],
      [b, beforeB, afterB]: readonly [string, number, number],
      { most = 1_000, isFirst = false } = {},
    ) {
      await rate(format, a, afterA, isFirst ? 1 : 3);
      await rate(format, b, afterB, isFirst ? 1 : 3);
      const changes = [
        { userId: a as UserId, before: standing(beforeA), after: standing(afterA) },
        { userId: b as UserId, before: standing(beforeB), after: standing(afterB) },
      ];
      const rows = await ratings.rankChanges(format, changes, most);
      return new Map(rows.map(({ userId, oldRank, newRank }) => [userId as string, [oldRank, newRank]]));
    }

    it('are the places on the ladder before and after', async () => {
      const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
      const elos = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 6, maxLength: 6 });
      const steps = fc.integer({ min: 0, max: 4 });
      const property = fc.asyncProperty(elos, steps, steps, async (before, wins, loses) => {
        const format = newFormat();
        for (const [index, id] of ids.entries()) await rate(format, id, before[index]!);
        const was = await idsOf(format);
        const [a, b] = ['c', 'd'] as const;
        const told = await play(
          format,
          [a, before[2]!, before[2]! + wins],
          [b, before[3]!, before[3]! - loses],
        );
        const is = await idsOf(format);
        for (const id of [a, b]) assert.deepEqual(told.get(id), [was.indexOf(id) + 1, is.indexOf(id) + 1]);
      });
      await fc.assert(property, { seed: 4, numRuns: 40 });
    });

    it('begin with no place for who has not played before', async () => {
      const format = newFormat();
      await rate(format, 'a', 1030);
      const told = await play(format, ['n1', 1000, 1040], ['n2', 1000, 1000], { isFirst: true });
      assert.deepEqual(told.get('n1'), [null, 1]);
      assert.deepEqual(told.get('n2'), [null, 3]);
    });

    it('are not counted beyond the bound', async () => {
      const format = newFormat();
      for (const id of ['a', 'b', 'c']) await rate(format, id, 1500);
      const told = await play(format, ['y', 1000, 1600], ['z', 1490, 1400], { most: 2 });
      assert.deepEqual(told.get('y'), [null, 1]);
      assert.deepEqual(told.get('z'), [null, null]);
    });
  });
});
