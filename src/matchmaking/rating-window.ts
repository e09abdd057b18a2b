/** How far apart two ratings may be. The figures are Pokémon Showdown's. */

export const WINDOW_START = 100;
export const WINDOW_MAX = 600;
const SOFT_FROM = 300;
const MS_PER_POINT = 300;

/**
 * The widest rating difference at which a ticket that waited `waitedMs` may be paired: a point more each 0.3 s, above
 * 300 a point each 3 s. Of two tickets the longer wait counts.
 */
export function ratingWindow(waitedMs: number): number {
  const window = WINDOW_START + Math.max(0, waitedMs) / MS_PER_POINT;
  const softened = window <= SOFT_FROM ? window : SOFT_FROM + (window - SOFT_FROM) / 10;
  return Math.min(softened, WINDOW_MAX);
}
