/**
 * Elo as Pokémon Showdown's main ladder counts it (smogon/pokemon-showdown-loginserver, `src/ladder.ts`), without its
 * daily decay: a rating moves only by battles.
 */
import type { Score } from './rating.ts';

/** Where everybody starts, and the least there is. */
export const ELO_FLOOR = 1000;

const SETTLED_ABOVE = 1300;
const SHELTERED_BELOW = 1100;
const FACTOR = 50;
const FACTOR_SETTLED = 40;
// A sheltered win counts more and a loss less, most so at the floor; both come to FACTOR where the shelter ends.
const FACTOR_WIN_AT_FLOOR = 80;
const FACTOR_LOSS_AT_FLOOR = 20;
const FACTOR_SLOPE = 0.3;

/** The expected score, 0 to 1: Elo's logistic curve, ten to one for each 400 points. */
function expected(own: number, foe: number): number {
  return 1 / (1 + 10 ** ((foe - own) / 400));
}

/** How many points the battle is about for one who has `own`. */
function factor(own: number, score: Score): number {
  if (own > SETTLED_ABOVE) return FACTOR_SETTLED;
  if (own >= SHELTERED_BELOW || score === 0.5) return FACTOR;
  const height = FACTOR_SLOPE * (own - ELO_FLOOR);
  return score === 1 ? FACTOR_WIN_AT_FLOOR - height : FACTOR_LOSS_AT_FLOOR + height;
}

/** Points after a battle, unrounded; both arguments are from before it. */
export function eloAfter(own: number, foe: number, score: Score): number {
  return Math.max(ELO_FLOOR, own + factor(own, score) * (score - expected(own, foe)));
}
