import assert from 'node:assert/strict';
import { achieved } from '../../src/ratings/achievements.ts';
import { START, type Rating } from '../../src/ratings/rating.ts';

/** What somebody has, and what comes of it. */
const ROWS: readonly (readonly [after: Partial<Rating>, battles: number, kinds: readonly string[]])[] = [
  [{}, 1, []],
  [{ wins: 1, streak: 1 }, 1, ['first_win']],
  [{ wins: 9, streak: 9 }, 9, ['first_win']],
  [{ wins: 10, streak: 10 }, 10, ['first_win', 'ten_win_streak']],
  [{ losses: 99 }, 99, []],
  [{ losses: 10 }, 100, ['hundred_battles']],
  [{ elo: 1_499.9, peak: 1_600 }, 1, []],
  [{ elo: 1_500 }, 1, ['format_master']],
];

describe('achievements', () => {
  for (const [after, battles, kinds] of ROWS)
    it(`of ${JSON.stringify(after)} after ${battles} battles are ${kinds.join(', ') || 'none'}`, () => {
      assert.deepEqual(achieved({ ...START, ...after }, battles), kinds);
    });
});
