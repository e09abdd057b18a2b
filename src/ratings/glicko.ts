/**
 * Glicko-1, by Mark Glickman, "The Glicko system" (glicko.net/glicko/glicko.pdf), with Pokémon Showdown's constants:
 * periods of a day, deviations of 25 to 130. Every battle of a period counts against both players as they were at its
 * beginning. The paper's sums over a period's battles depend on nothing else, so two numbers hold any number of battles
 * exactly.
 */
import type { Score } from './rating.ts';

/** What is believed of a strength: its mean and standard deviation, in points. */
export interface Estimate {
  readonly rating: number;
  readonly deviation: number;
}

/** Of one user in one format. Its own rating and deviation are provisional: after the period's battles so far. */
export interface Glicko extends Estimate {
  /** Days since the epoch, each from 09:00 UTC. */
  readonly period: number;
  /** At the beginning of that period, with the uncertainty that time has added. */
  readonly base: Estimate;
  /** Over that period's battles: `variance` is the paper's Σ g²·E·(1−E), `gain` its Σ g·(s−E). Both 0 without any. */
  readonly sums: { readonly variance: number; readonly gain: number };
}

const DAY_MS = 86_400_000;
const ROLLS_AT_MS = 9 * 3_600_000;
const DEVIATION_MAX = 130;
const DEVIATION_MIN = 25;
/** The paper's q. */
const Q = Math.LN10 / 400;
/** The paper's c², points² a period: a year of absence takes the surest rating back to the least sure. */
const GROWTH = (DEVIATION_MAX ** 2 - DEVIATION_MIN ** 2) / 365;

const UNKNOWN: Estimate = { rating: 1500, deviation: DEVIATION_MAX };

/** Who has not played yet. The period is the first there is, so that any battle is in it or later. */
export const GLICKO_START: Glicko = {
  ...UNKNOWN,
  period: 0,
  base: UNKNOWN,
  sums: { variance: 0, gain: 0 },
};

/** The number of the period that `at`, in ms since the epoch, falls into. */
export function periodOf(at: number): number {
  return Math.floor((at - ROLLS_AT_MS) / DAY_MS);
}

/**
 * As at `period`: a later one than the last begins with what the last one ended with, less sure by each period that
 * has passed (the paper's step 1). An earlier one changes nothing: a battle that is late counts in the period that is open.
 */
export function inPeriod(glicko: Glicko, period: number): Glicko {
  if (period <= glicko.period) return glicko;
  const grown = Math.sqrt(glicko.deviation ** 2 + GROWTH * (period - glicko.period));
  const base = { rating: glicko.rating, deviation: Math.min(DEVIATION_MAX, grown) };
  return { ...base, period, base, sums: { variance: 0, gain: 0 } };
}

/** The paper's g: how much a result against one of this deviation tells, 0 to 1. */
function weight(deviation: number): number {
  return 1 / Math.sqrt(1 + (3 * Q ** 2 * deviation ** 2) / Math.PI ** 2);
}

/** After one more battle in its period. `foe` is the opponent's base of that period. */
export function afterGame(glicko: Glicko, foe: Estimate, score: Score): Glicko {
  const { base, period } = glicko;
  const g = weight(foe.deviation);
  const expected = 1 / (1 + 10 ** ((-g * (base.rating - foe.rating)) / 400));
  const variance = glicko.sums.variance + g ** 2 * expected * (1 - expected);
  const gain = glicko.sums.gain + g * (score - expected);
  // The paper's 1/RD² + 1/d², inverted.
  const spread = 1 / (1 / base.deviation ** 2 + Q ** 2 * variance);
  return {
    period,
    base,
    sums: { variance, gain },
    rating: base.rating + Q * spread * gain,
    // After the rating, as Showdown does: the bound says how sure we dare to be, not how far a result may move.
    deviation: Math.max(DEVIATION_MIN, Math.sqrt(spread)),
  };
}
