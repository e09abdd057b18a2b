/**
 * GXE, "Glicko X-act estimate": the chance in percent to beat an average newcomer, one of 1500 ± 130. X-Act's formula
 * as Pokémon Showdown shows it, which is the expected score of glicko.pdf between two uncertain ratings.
 */
const NEWCOMER = { rating: 1500, deviation: 130 };
const Q = Math.LN10 / 400;

/** Percent, 0 to 100, to one decimal. Takes the provisional Glicko rating and deviation. */
export function gxe(rating: number, deviation: number): number {
  const doubt = Math.sqrt(1 + (3 * Q ** 2 * (deviation ** 2 + NEWCOMER.deviation ** 2)) / Math.PI ** 2);
  const chance = 1 / (1 + 10 ** ((NEWCOMER.rating - rating) / 400 / doubt));
  return Math.round(1000 * chance) / 10;
}
