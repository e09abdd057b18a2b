import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { PackedTeam } from '../../src/battle/ids.ts';
import type { Opening } from '../../src/battle/opening.ts';
import type { Outcome } from '../../src/battle/outcome.ts';
import type { BattleRecord } from '../../src/battle/record.ts';
import { pick, seededRandom } from '../../src/battle/random.ts';
import { connectionOptions } from '../../src/persistence/database/address.ts';
import { START } from '../../src/ratings/rating.ts';
import { runSql } from '../support/postgres.ts';
import { checkChain } from './chain.ts';
import { HOSTILE, kept } from './hostile.ts';
import { PATHS, PROCESSES, type RecordPath } from './record.paths.ts';
import { sampleOpening, sampleRecord } from './sample.ts';

const NOON = Date.UTC(2026, 5, 1, 12);
const WIN: Outcome = { winner: 'p1', reason: 'win' };
const LOSS: Outcome = { winner: 'p2', reason: 'forfeit' };
const TIE: Outcome = { winner: null, reason: 'tie' };
const VOID: Outcome = { winner: null, reason: 'void' };

const WAITING = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

type Users = readonly [string, string];

function between(users: Users, outcome: Outcome, change: Partial<Opening> = {}, at = NOON): BattleRecord {
  return { ...sampleRecord({ ...sampleOpening({ users }), ...change }, [], at), outcome };
}

for (const [name, open] of Object.entries(PATHS)) {
  describe(`recording a battle ${name}`, () => {
    let path: RecordPath;
    before(async () => (path = await open()));
    after(() => path.close());
    beforeEach(() => path.empty());
    beforeEach(() => void path.told.splice(0));

    const rows = async <Row>(text: string): Promise<Row[]> =>
      (await runSql(path.connection, text)).rows as Row[];
    const end = async (record: BattleRecord, by = 0): Promise<void> => {
      await path.play(record);
      await path.finish(record, by);
    };
    const ratingsOf = async (user: string): Promise<Record<string, unknown>[]> =>
      rows(`select format, elo, peak, wins, losses, ties, streak, best_streak from ratings
        where user_id = '${user}' order by format`);
    /** Gives the rating of `user` that many wins and counts of battles. */
    const rate = async (user: string, set: string, format = 'gen9randombattle'): Promise<unknown> =>
      runSql(
        path.connection,
        `insert into users (id, name) values ('${user}', 'U') on conflict do nothing;
         insert into ratings (user_id, format, glicko) values ('${user}', '${format}', '${JSON.stringify(START.glicko)}');
         update ratings set ${set} where user_id = '${user}' and format = '${format}'`,
      );

    it('names no user for a bot, and makes none', async () => {
      const record = between(['ann', 'bot:greedy'], LOSS, { rated: false });
      const [person, bot] = record.opening.sides;
      const sides = [person!, { ...bot!, name: 'Greedy Bot', bot: 'greedy' as const }];
      await end({ ...record, opening: { ...record.opening, sides } });
      assert.deepEqual(await rows('select side, user_id, name from battle_players order by side'), [
        { side: 'p1', user_id: 'ann', name: 'Ash' },
        { side: 'p2', user_id: null, name: 'Greedy Bot' },
      ]);
      assert.deepEqual(await rows('select id from users'), [{ id: 'ann' }]);
    });

    it('moves both ratings by a win, a loss and a tie', async () => {
      for (const outcome of [WIN, WIN, LOSS, WIN, TIE]) await end(between(['ann', 'bob'], outcome));
      const [ann] = await ratingsOf('ann');
      const [bob] = await ratingsOf('bob');
      const { elo, peak, ...counts } = ann!;
      assert.deepEqual(counts, {
        format: 'gen9randombattle',
        wins: 3,
        losses: 1,
        ties: 1,
        streak: 0,
        best_streak: 2,
      });
      assert(Number(peak) >= Number(elo) && Number(elo) > 1000);
      assert.deepEqual([bob!['wins'], bob!['losses'], bob!['ties'], bob!['best_streak']], [1, 3, 1, 1]);
      assert.deepEqual(await checkChain(path.connection), {
        battles: 5,
        rated: 5,
        ratings: 2,
        achievements: 2,
      });
    });

    it('tells of each what it did, as it is stored', async () => {
      const record = between(['ann', 'bob'], LOSS);
      await end(record);
      const [told, ...more] = path.told;
      assert.deepEqual(more, []);
      assert.deepEqual(
        { ...told, changes: undefined },
        {
          battleId: record.opening.id,
          format: 'gen9randombattle',
          players: { p1: 'ann', p2: 'bob' },
          winner: 'p2',
          changes: undefined,
          unlocked: [{ userId: 'bob', kind: 'first_win' }],
        },
      );
      const stored = await rows(
        `select side, user_id as "userId", before, after from battle_players order by side`,
      );
      assert.deepEqual(told!.changes, stored);
    });

    it('keeps formats apart, and periods', async () => {
      const day = 86_400_000;
      for (let index = 0; index < 12; index++) {
        const format = (index % 3 ? 'gen9ou' : 'gen1ou') as Opening['format'];
        await end(between(['ann', 'bob'], index % 4 ? WIN : LOSS, { format }, NOON + index * 7 * day));
      }
      assert.deepEqual(
        (await ratingsOf('ann')).map(({ format, wins, losses }) => [format, wins, losses]),
        [
          ['gen1ou', 3, 1],
          ['gen9ou', 6, 2],
        ],
      );
      await checkChain(path.connection);
    });

    for (const [what, record] of [
      ['a void one', () => between(['ann', 'bob'], VOID)],
      ['an unrated one', () => between(['ann', 'bob'], WIN, { rated: false })],
    ] as const) {
      it(`moves no rating and makes none by ${what}`, async () => {
        await end(record());
        assert.deepEqual(await rows('select * from ratings'), []);
        assert.deepEqual(await rows('select * from achievements'), []);
        assert.deepEqual(
          path.told.map(({ changes, unlocked }) => [changes, unlocked]),
          [[null, []]],
        );
        await end(between(['ann', 'bob'], WIN));
        const before = await ratingsOf('ann');
        await end(record());
        assert.deepEqual(await ratingsOf('ann'), before);
        assert.equal((await checkChain(path.connection)).rated, 1);
      });
    }

    it('moves ratings one after the other, however many are recorded at once', async () => {
      const random = seededRandom('crowd');
      const users = ['ann', 'bob', 'cyd', 'dan', 'eve'];
      const records = Array.from({ length: 40 }, () => {
        const one = pick(random, users);
        const other = pick(
          random,
          users.filter((user) => user !== one),
        );
        const format = pick(random, ['gen9ou', 'gen1ou']) as Opening['format'];
        const outcome = pick(random, [WIN, WIN, LOSS, LOSS, TIE, VOID]);
        return between([one, other], outcome, { format, rated: random() < 0.9 });
      });
      for (const record of records) await path.play(record);
      const byProcess = Array.from({ length: PROCESSES }, (_, by) =>
        records.filter((_record, index) => index % PROCESSES === by),
      );
      await Promise.all(
        byProcess.map(async (own, by) => {
          for (const record of own) await path.finish(record, by);
        }),
      );
      const { battles, ratings } = await checkChain(path.connection);
      assert.equal(battles, 40);
      assert.equal(ratings, 10);
      assert.equal(path.told.length, 40);
    });

    it('moves ratings once by a battle that many record, at once and again', async () => {
      const record = between(['ann', 'bob'], WIN);
      await path.play(record);
      await Promise.all(Array.from({ length: PROCESSES }, (_, by) => path.finish(record, by)));
      await path.finish(record, 1);
      assert.equal(path.told.length, 1);
      const { battles, rated } = await checkChain(path.connection);
      assert.deepEqual([battles, rated, (await ratingsOf('ann'))[0]!['wins']], [1, 1, 1]);
    });

    it('gives each achievement once, and says so once', async () => {
      await rate('ann', 'streak = 9, best_streak = 9, wins = 98, losses = 0, elo = 1499, peak = 1499');
      for (let wins = 0; wins < 4; wins++) await end(between(['ann', 'bob'], WIN));
      assert.deepEqual(
        path.told.map(({ unlocked }) => unlocked.map(({ userId, kind }) => `${userId} ${kind}`).sort()),
        [['ann first_win', 'ann format_master', 'ann ten_win_streak'], ['ann hundred_battles'], [], []],
      );
      const kept = await rows<{ user_id: string; battle_id: string }>(
        'select * from achievements order by kind',
      );
      const [first, second] = path.told.map(({ battleId }) => battleId);
      assert.deepEqual(
        kept.map(({ user_id, battle_id }) => [user_id, battle_id]),
        [
          ['ann', first],
          ['ann', first],
          ['ann', second],
          ['ann', first],
        ],
      );
    });

    for (const formats of [
      ['gen9ou', 'gen9ou'],
      ['gen9ou', 'gen1ou'],
    ] as const)
      it(`counts a hundred battles where the last two are recorded at once, ${formats.join(' and ')}`, async () => {
        for (const format of new Set(formats)) await rate('ann', 'wins = 1, losses = 48', format);
        if (formats[0] === formats[1]) await rate('ann', 'losses = 49', 'gen3ou');
        const records = formats.map((format) =>
          between([format, 'ann'], LOSS, { format: format as Opening['format'] }),
        );
        for (const record of records) await path.play(record);
        await held(path, `select from ratings where user_id = 'ann' for update`, records);
        const { rows: sums } = await runSql(
          path.connection,
          `select sum(wins + losses + ties)::int as n from ratings where user_id = 'ann'`,
        );
        assert.deepEqual(sums, [{ n: 100 }]);
        const kinds = await rows<{ kind: string }>(
          `select kind from achievements where user_id = 'ann' order by kind`,
        );
        assert.deepEqual(
          kinds.map(({ kind }) => kind),
          ['first_win', 'hundred_battles'],
        );
      });

    it('waits for a user who is being deleted, and neither fails nor blocks', async () => {
      await end(between(['ann', 'bob'], WIN));
      const record = between(['ann', 'bob'], WIN);
      await path.play(record);
      await held(path, `delete from users where id = 'ann'`, [record]);
      const players = await rows(
        `select user_id, before is null as none from battle_players where battle_id = '${record.opening.id}' order by side`,
      );
      assert.deepEqual(players, [
        { user_id: 'ann', none: false },
        { user_id: 'bob', none: false },
      ]);
      assert.deepEqual(
        (await ratingsOf('ann')).map(({ wins }) => wins),
        [1],
      );
    });

    it('keeps names, ids and teams whatever is in them', async () => {
      const id = `"'${'x'.repeat(126)}`;
      for (const text of HOSTILE) {
        const opening = sampleOpening({ users: [id, `é💥'"\\u0000`] });
        const [p1, p2] = opening.sides;
        const team = text as PackedTeam;
        const sides = [
          { ...p1!, name: text },
          { ...p2!, name: text, team },
        ] as unknown as Opening['sides'];
        const seed = `"\\'`;
        const record = { ...sampleRecord({ ...opening, seed, sides }), lines: [text, '\0'] };
        await end(record);
        const [stored] = await rows(
          `select lines, seed, array_agg(name order by side) as names, max(team) filter (where side = 'p2') as team
           from battles join battle_players on battle_id = id where id = '${opening.id}' group by id`,
        );
        const name = kept(text);
        assert.deepEqual(stored, { lines: [text, '\0'], seed, names: [name, name], team: name });
      }
      const { rated, ratings } = await checkChain(path.connection);
      assert.deepEqual([rated, ratings], [HOSTILE.length, 2]);
    });
  });
}

/** Records them at once while `statement` keeps what it touches to itself, until each has come to wait. */
async function held(path: RecordPath, statement: string, records: readonly BattleRecord[]): Promise<void> {
  const client = new pg.Client(connectionOptions(path.connection));
  await client.connect();
  try {
    await client.query('begin');
    await client.query(statement);
    const finished = Promise.all(records.map((record, by) => path.finish(record, by)));
    while ((await client.query(WAITING)).rows.length < records.length) await sleep(5);
    await client.query('commit');
    await finished;
  } finally {
    await client.end();
  }
}
