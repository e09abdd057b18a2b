/** Elo against Showdown's factors worked by hand, and what holds for any two ratings. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ELO_FLOOR, eloAfter } from '../../src/ratings/elo.ts';
import type { Score } from '../../src/ratings/rating.ts';

const EXACT = 1e-9;

function assertNear(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= EXACT, `${actual} is not ${expected}`);
}

// Between equals half of the factor is won or lost; against 400 points the expected score is 1/11 or 10/11.
const worked: readonly (readonly [what: string, own: number, foe: number, score: Score, after: number])[] = [
  ['a first win: 80 / 2', 1000, 1000, 1, 1040],
  ['a first loss stays at the floor', 1000, 1000, 0, 1000],
  ['a first tie', 1000, 1000, 0.5, 1000],
  ['a loss of 23 / 2 stops at the floor', 1010, 1010, 0, 1000],
  ['a loss of 26 / 2 does not reach it', 1020, 1020, 0, 1007],
  ['a win in the middle of the shelter: 65 / 2', 1050, 1050, 1, 1082.5],
  ['a loss in the middle of the shelter: 35 / 2', 1050, 1050, 0, 1032.5],
  ['a win at its end: 50.3 / 2', 1099, 1099, 1, 1124.15],
  ['a loss at its end: 49.7 / 2', 1099, 1099, 0, 1074.15],
  ['a win just out of it: 50 / 2', 1100, 1100, 1, 1125],
  ['a loss just out of it: 50 / 2', 1100, 1100, 0, 1075],
  ['a sheltered tie is about 50', 1000, 1400, 0.5, 1000 + 50 * (1 / 2 - 1 / 11)],
  ['a tie with a weaker one costs', 1200, 800, 0.5, 1200 + 50 * (1 / 2 - 10 / 11)],
  ['1300 is about 50: a win', 1300, 1300, 1, 1325],
  ['1300 is about 50: a loss', 1300, 1300, 0, 1275],
  ['above 1300 it is 40: a win', 1300.5, 1300.5, 1, 1320.5],
  ['above 1300 it is 40: a loss', 1300.5, 1300.5, 0, 1280.5],
  ['above 1300 it is 40: a tie', 1400, 1800, 0.5, 1400 + 40 * (1 / 2 - 1 / 11)],
  ['a favourite wins little', 1800, 1400, 1, 1800 + 40 / 11],
  ['a favourite loses much', 1800, 1400, 0, 1800 - 400 / 11],
];

const rating = fc.double({ min: ELO_FLOOR, max: 4000, noNaN: true });
const score = fc.constantFrom<Score>(0, 0.5, 1);
const pairAlike = fc.constantFrom([1100, 1300], [1300.01, 4000]).chain(([min = 0, max = 0]) => {
  const within = fc.double({ min, max, noNaN: true });
  return fc.tuple(within, within);
});

describe('elo', () => {
  for (const [what, own, foe, result, after] of worked) {
    it(`${what}: ${own} against ${foe}`, () => assertNear(eloAfter(own, foe, result), after));
  }

  it('is never under the floor', () => {
    fc.assert(
      fc.property(rating, rating, score, (own, foe, result) => eloAfter(own, foe, result) >= ELO_FLOOR),
      { seed: 41 },
    );
  });

  it('takes nothing from a winner and gives nothing to a loser', () => {
    fc.assert(
      fc.property(rating, rating, (own, foe) => eloAfter(own, foe, 1) >= own && eloAfter(own, foe, 0) <= own),
      { seed: 42 },
    );
  });

  it('leaves equals where they were after a tie', () => {
    fc.assert(
      fc.property(rating, (both) => eloAfter(both, both, 0.5) === both),
      { seed: 43 },
    );
  });

  it('only moves points from one to the other where both have the same factor', () => {
    fc.assert(
      fc.property(pairAlike, score, ([one, other], result) => {
        const sum = eloAfter(one, other, result) + eloAfter(other, one, (1 - result) as Score);
        assertNear(sum, one + other);
      }),
      { seed: 44 },
    );
  });

  it('gives more for a stronger opponent', () => {
    fc.assert(
      fc.property(
        rating,
        rating,
        score,
        (own, foe, result) => eloAfter(own, foe + 1, result) >= eloAfter(own, foe, result),
      ),
      { seed: 45 },
    );
  });
});
