/** Ratings as people see them: whole points, and GXE with one decimal. */
import type { Estimate } from './glicko.ts';
import { gxe } from './gxe.ts';

export interface ShownRating {
  readonly elo: number;
  readonly glicko: Estimate;
  /** Percent. */
  readonly gxe: number;
}

export interface ShownChange extends Omit<ShownRating, 'elo'> {
  readonly elo: readonly [before: number, after: number];
}

interface Standing {
  readonly elo: number;
  readonly glicko: Estimate;
}

export function shownRating({ elo, glicko: { rating, deviation } }: Standing): ShownRating {
  return {
    elo: Math.round(elo),
    glicko: { rating: Math.round(rating), deviation: Math.round(deviation) },
    gxe: gxe(rating, deviation),
  };
}

/** Glicko and GXE are those after the battle. */
export function shownChange(before: Standing, after: Standing): ShownChange {
  const shown = shownRating(after);
  return { ...shown, elo: [Math.round(before.elo), shown.elo] };
}
