/** Whole histories: what two players keep, battle after battle. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterBattle, START } from '../../src/ratings/rating.ts';
import type { Rating, Score } from '../../src/ratings/rating.ts';
import { played, recount } from './recount.ts';
import type { Player, Played } from './recount.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const DAY_MS = 86_400_000;

/** All of a rating that must agree with a recount. */
function figures({ elo, glicko }: Rating): readonly number[] {
  const { base, rating, deviation } = glicko;
  return [elo, rating, deviation, base.rating, base.deviation];
}

/** `results` of one who always meets the same opponent. */
function series(results: readonly Score[]): readonly Rating[] {
  let pair: readonly [Rating, Rating] = [START, START];
  return results.map((score, index) => {
    pair = afterBattle(...pair, score, NOON + index * 60_000);
    return pair[0];
  });
}

const score = fc.constantFrom<Score>(0, 0.5, 1);
const player = fc.constantFrom<Player>('ann', 'bob', 'cyd');
/** Of three players, times in any order over some months. */
const history = fc.array(
  fc
    .record({ first: player, second: player, score, at: fc.integer({ min: NOON, max: NOON + 90 * DAY_MS }) })
    .filter(({ first, second }) => first !== second),
  { maxLength: 120 },
);

/** Three periods, with three days between the last two: 09:00 UTC of the 22nd and the 25th begin them. */
const tenBattles: readonly Played[] = [
  { first: 'ann', second: 'bob', score: 1, at: Date.UTC(2026, 10, 21, 12, 0) },
  { first: 'bob', second: 'cyd', score: 1, at: Date.UTC(2026, 10, 21, 13, 0) },
  { first: 'cyd', second: 'ann', score: 0, at: Date.UTC(2026, 10, 21, 23, 0) },
  { first: 'ann', second: 'bob', score: 0, at: Date.UTC(2026, 10, 22, 8, 59, 59, 999) },
  { first: 'ann', second: 'bob', score: 0.5, at: Date.UTC(2026, 10, 22, 9, 0) },
  { first: 'ann', second: 'cyd', score: 1, at: Date.UTC(2026, 10, 22, 10, 0) },
  { first: 'ann', second: 'cyd', score: 1, at: Date.UTC(2026, 10, 22, 11, 0) },
  { first: 'bob', second: 'ann', score: 0, at: Date.UTC(2026, 10, 25, 9, 0) },
  { first: 'ann', second: 'cyd', score: 0, at: Date.UTC(2026, 10, 25, 9, 1) },
  { first: 'cyd', second: 'bob', score: 0.5, at: Date.UTC(2026, 10, 26, 8, 0) },
];

describe('a rating', () => {
  it('is what the formulas come to after ten battles in three periods', () => {
    const ours = played(tenBattles);
    const theirs = recount(tenBattles);
    for (const name of ['ann', 'bob', 'cyd'] as const) {
      assert.equal(new Set(tenBattles.map(({ at }) => Math.floor((at / 3_600_000 - 9) / 24))).size, 3);
      figures(ours[name]).forEach((figure, index) => {
        const expected = theirs[name][index] ?? Number.NaN;
        assert.ok(
          Math.abs(figure - expected) <= 1e-9,
          `${name}, figure ${index}: ${figure}, not ${expected}`,
        );
      });
    }
    assert.deepEqual(
      Object.values(ours).map(({ wins, losses, ties }) => [wins, losses, ties]),
      [
        [5, 2, 1],
        [2, 2, 2],
        [1, 4, 1],
      ],
    );
  });

  it('counts against the opponent as at the beginning of the period', () => {
    const [ann, bob] = afterBattle(START, START, 1, NOON);
    const [again] = afterBattle(ann, bob, 1, NOON + 1);
    const [fresh] = afterBattle(ann, START, 1, NOON + 1);
    assert.deepEqual(again.glicko, fresh.glicko);
  });

  it('counts a late battle in the period that is open', () => {
    const [ann, bob] = afterBattle(START, START, 1, NOON);
    assert.deepEqual(afterBattle(ann, bob, 0, NOON - 3 * DAY_MS), afterBattle(ann, bob, 0, NOON));
    const [early] = afterBattle(START, START, 1, 0);
    assert.equal(early.glicko.period, 0);
  });

  it('mirrors: who is called first changes nothing', () => {
    fc.assert(
      fc.property(history, score, (battles, result) => {
        const { ann, bob } = played(battles);
        const [one, other] = afterBattle(ann, bob, result, NOON);
        const [otherAgain, oneAgain] = afterBattle(bob, ann, (1 - result) as Score, NOON);
        assert.deepEqual([one, other], [oneAgain, otherAgain]);
      }),
      { seed: 71 },
    );
  });

  it('treats equals alike in a tie', () => {
    const [one, other] = afterBattle(START, START, 0.5, NOON);
    assert.deepEqual(one, other);
    assert.equal(one.elo, START.elo);
    assert.equal(one.glicko.rating, 1500);
  });

  it('keeps streak, best streak and peak', () => {
    const results: readonly Score[] = [1, 1, 0, 1, 1, 1, 0.5, 1];
    const all = series(results);
    assert.deepEqual(
      all.map(({ streak }) => streak),
      [1, 2, 0, 1, 2, 3, 0, 1],
    );
    assert.deepEqual(
      all.map(({ bestStreak }) => bestStreak),
      [1, 2, 2, 2, 2, 3, 3, 3],
    );
    all.forEach(({ peak }, index) => {
      assert.equal(peak, Math.max(...all.slice(0, index + 1).map(({ elo }) => elo)));
    });
  });

  it('stays within its bounds, counts every battle and survives JSON, whatever happens', () => {
    fc.assert(
      fc.property(history, (battles) => {
        for (const [name, rating] of Object.entries(played(battles))) {
          const { elo, peak, glicko, wins, losses, ties, streak, bestStreak } = rating;
          const own = battles.filter(({ first, second }) => first === name || second === name);
          assert.equal(wins + losses + ties, own.length);
          assert.ok(elo >= 1000 && peak >= elo && Number.isFinite(peak));
          assert.ok(glicko.deviation >= 25 && glicko.deviation <= 130);
          assert.ok(figures(rating).every(Number.isFinite));
          assert.ok(streak <= bestStreak && bestStreak <= wins);
          assert.deepEqual(JSON.parse(JSON.stringify(rating)), rating);
        }
      }),
      { seed: 72 },
    );
  });

  it('is what the formulas come to after any history in the order of time', () => {
    fc.assert(
      fc.property(history, (battles) => {
        const inOrder = battles.toSorted((one, other) => one.at - other.at);
        const ours = played(inOrder);
        const theirs = recount(inOrder);
        for (const name of ['ann', 'bob', 'cyd'] as const) {
          figures(ours[name]).forEach((figure, index) => {
            assert.ok(Math.abs(figure - (theirs[name][index] ?? Number.NaN)) <= 1e-6);
          });
        }
      }),
      { seed: 73 },
    );
  });
});
