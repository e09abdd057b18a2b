/** What users achieve by rated battles, each once. */
import type { Rating } from './rating.ts';

export type AchievementKind = 'first_win' | 'ten_win_streak' | 'hundred_battles' | 'format_master';

export const ACHIEVEMENT_POINTS: Readonly<Record<AchievementKind, number>> = {
  first_win: 10,
  ten_win_streak: 50,
  hundred_battles: 50,
  format_master: 100,
};

const STREAK = 10;
const BATTLES = 100;
/** As on Showdown's ladders, where few get so far. */
const MASTER_ELO = 1_500;

/** All that somebody has who stands so in one format. `battles`: rated ones, of all formats. */
export function achieved(after: Rating, battles: number): readonly AchievementKind[] {
  const kinds: AchievementKind[] = [];
  if (after.wins > 0) kinds.push('first_win');
  if (after.streak >= STREAK) kinds.push('ten_win_streak');
  if (battles >= BATTLES) kinds.push('hundred_battles');
  if (after.elo >= MASTER_ELO) kinds.push('format_master');
  return kinds;
}
