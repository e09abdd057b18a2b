/** Glicko-1 against the paper's own example, and what holds for any day of battles. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterGame, GLICKO_START, inPeriod, periodOf } from '../../src/ratings/glicko.ts';
import type { Estimate, Glicko } from '../../src/ratings/glicko.ts';
import type { Score } from '../../src/ratings/rating.ts';

interface Game extends Estimate {
  readonly score: Score;
}

function based(base: Estimate, period = 20_000): Glicko {
  return { ...base, period, base, sums: { variance: 0, gain: 0 } };
}

function afterGames(glicko: Glicko, games: readonly Game[]): Glicko {
  return games.reduce((sofar, { score, ...foe }) => afterGame(sofar, foe, score), glicko);
}

function assertNear(actual: number, expected: number, within: number): void {
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected} ± ${within}`);
}

const estimate = fc.record({
  rating: fc.double({ min: -2000, max: 6000, noNaN: true }),
  deviation: fc.double({ min: 25, max: 130, noNaN: true }),
});
const score = fc.constantFrom<Score>(0, 0.5, 1);
const games = fc.array(
  fc.tuple(estimate, score).map(([foe, result]): Game => ({ ...foe, score: result })),
  { maxLength: 60 },
);

describe('glicko', () => {
  it("gives the paper's example: 1500/200 becomes 1464.06/151.4", () => {
    const example = afterGames(based({ rating: 1500, deviation: 200 }), [
      { rating: 1400, deviation: 30, score: 1 },
      { rating: 1550, deviation: 100, score: 0 },
      { rating: 1700, deviation: 300, score: 0 },
    ]);
    // The paper goes on with g and E rounded to four places; unrounded the rating is 1464.11.
    assertNear(example.rating, 1464.06, 0.06);
    assertNear(example.deviation, 151.4, 0.01);
    assertNear(example.sums.gain, 0.9955 * 0.361 - 0.9531 * 0.432 - 0.7242 * 0.303, 0.001);
    assertNear(1 / (0.0057565 ** 2 * example.sums.variance), 231.67 ** 2, 20);
  });

  it('is 1500 ± 130 at the start', () => {
    const { rating, deviation, base } = GLICKO_START;
    assert.deepEqual({ rating, deviation, base }, { ...base, base: { rating: 1500, deviation: 130 } });
  });

  it('rolls its periods at 09:00 UTC', () => {
    const before = periodOf(Date.UTC(2026, 10, 21, 8, 59, 59, 999));
    assert.equal(periodOf(Date.UTC(2026, 10, 21, 9)), before + 1);
    assert.equal(periodOf(Date.UTC(2026, 10, 22, 8, 59, 59, 999)), before + 1);
    assert.equal(periodOf(Date.UTC(1970, 0, 1, 9)), 0);
  });

  it('begins a period with what the last one came to, less sure', () => {
    const last = { ...based({ rating: 1500, deviation: 90 }), rating: 1620, deviation: 60 };
    const next = inPeriod({ ...last, sums: { variance: 3, gain: 1 } }, last.period + 4);
    const deviation = Math.sqrt(60 ** 2 + (4 * (130 ** 2 - 25 ** 2)) / 365);
    assertNear(next.deviation, deviation, 1e-9);
    assert.deepEqual(next, based({ rating: 1620, deviation: next.deviation }, last.period + 4));
  });

  it('is as unsure as at the start after a year, and never more', () => {
    const sure = based({ rating: 1800, deviation: 25 });
    assert.ok(inPeriod(sure, sure.period + 364).deviation < 130);
    assertNear(inPeriod(sure, sure.period + 365).deviation, 130, 1e-9);
    assert.equal(inPeriod(sure, sure.period + 10_000).deviation, 130);
  });

  it('grows alike in one step or day by day', () => {
    fc.assert(
      fc.property(estimate, fc.integer({ min: 1, max: 500 }), (base, days) => {
        let daily = based(base);
        for (let day = 1; day <= days; day += 1) daily = inPeriod(daily, daily.period + 1);
        assertNear(inPeriod(based(base), daily.period).deviation, daily.deviation, 1e-9);
      }),
      { seed: 51, numRuns: 50 },
    );
  });

  it('keeps its period when a battle comes from an earlier one', () => {
    const today = afterGame(based({ rating: 1500, deviation: 80 }), { rating: 1600, deviation: 50 }, 1);
    assert.equal(inPeriod(today, today.period - 1), today);
    assert.equal(inPeriod(today, today.period), today);
  });

  it('keeps deviations from 25 to 130 and every number finite', () => {
    fc.assert(
      fc.property(estimate, games, (base, played) => {
        const after = afterGames(based(base), played);
        assert.ok(after.deviation >= 25 && after.deviation <= 130, String(after.deviation));
        assert.ok(Number.isFinite(after.rating), String(after.rating));
        assert.ok(after.sums.variance >= 0 && Number.isFinite(after.sums.gain));
      }),
      { seed: 52 },
    );
  });

  it('comes to the same in whatever order the battles of a period end', () => {
    fc.assert(
      fc.property(estimate, games, (base, played) => {
        const one = afterGames(based(base), played);
        const other = afterGames(based(base), played.toReversed());
        assertNear(one.rating, other.rating, 1e-6);
        assertNear(one.deviation, other.deviation, 1e-9);
      }),
      { seed: 53 },
    );
  });

  it('is surer with each battle', () => {
    fc.assert(
      fc.property(estimate, estimate, score, (base, foe, result) => {
        assert.ok(afterGame(based(base), foe, result).deviation <= base.deviation + 1e-9);
      }),
      { seed: 54 },
    );
  });
});
