/** What is kept of a user in a format, and how one rated battle changes it for both. Void and unrated ones don't come here. */
import { ELO_FLOOR, eloAfter } from './elo.ts';
import { afterGame, GLICKO_START, inPeriod, periodOf } from './glicko.ts';
import type { Glicko } from './glicko.ts';

/** Of one side: a loss, a tie or a win. */
export type Score = 0 | 0.5 | 1;

/** Of one user in one format. */
export interface Rating {
  /** Points, not rounded. */
  readonly elo: number;
  /** The highest `elo` so far. */
  readonly peak: number;
  readonly glicko: Glicko;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** Wins in a row up to the last battle. A tie ends them, too. */
  readonly streak: number;
  readonly bestStreak: number;
}

/** Who has not played yet. */
export const START: Rating = {
  elo: ELO_FLOOR,
  peak: ELO_FLOOR,
  glicko: GLICKO_START,
  wins: 0,
  losses: 0,
  ties: 0,
  streak: 0,
  bestStreak: 0,
};

/**
 * Both after one battle, each from what both had before it. `score` is the first one's; `at`, in ms since the epoch,
 * decides the rating period.
 */
export function afterBattle(
  first: Rating,
  second: Rating,
  score: Score,
  at: number,
): readonly [Rating, Rating] {
  const period = periodOf(at);
  const one = { ...first, glicko: inPeriod(first.glicko, period) };
  const other = { ...second, glicko: inPeriod(second.glicko, period) };
  return [after(one, other, score), after(other, one, opposite(score))];
}

function opposite(score: Score): Score {
  if (score === 0.5) return score;
  return score === 1 ? 0 : 1;
}

function after(own: Rating, foe: Rating, score: Score): Rating {
  const elo = eloAfter(own.elo, foe.elo, score);
  const streak = score === 1 ? own.streak + 1 : 0;
  return {
    elo,
    peak: Math.max(own.peak, elo),
    glicko: afterGame(own.glicko, foe.glicko.base, score),
    wins: own.wins + (score === 1 ? 1 : 0),
    losses: own.losses + (score === 0 ? 1 : 0),
    ties: own.ties + (score === 0.5 ? 1 : 0),
    streak,
    bestStreak: Math.max(own.bestStreak, streak),
  };
}
