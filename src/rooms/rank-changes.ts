/** What is told of a ladder that was read again: who played, who came into its top, and who fell out of it. */
import type { UserId } from '../battle/ids.ts';
import type { LadderRow } from '../persistence/database/stores.ts';
import { ELO_FLOOR } from '../ratings/elo.ts';
import type { RankChange } from './messages.ts';

/** What was heard of a user's battle. Ranks count from 1; null: not known, or not on the ladder. */
export interface RankHint {
  readonly userId: UserId;
  readonly oldRank: number | null;
  readonly newRank: number | null;
  /** Elo points won or lost. */
  readonly ratingChange: number;
}

/**
 * By rank, those who fell out last. A hint tells what the rows cannot: where somebody came from, or went; it may come too
 * late. Who was only passed by is left out: the state says it.
 */
export function rankChanges(
  before: readonly LadderRow[],
  after: readonly LadderRow[],
  hints: ReadonlyMap<UserId, RankHint>,
): RankChange[] {
  const old = new Map(before.map((row) => [row.user.id, row]));
  const shown = new Set(after.map(({ user }) => user.id));
  const gone = before.filter(({ user }) => !shown.has(user.id));
  return [
    ...after.flatMap((row) => {
      const was = old.get(row.user.id);
      if (was && !hasPlayed(was, row)) return [];
      return was ? moved(was, row) : cameIn(row, hints.get(row.user.id));
    }),
    ...gone.map((row) => fellOut(row, hints.get(row.user.id))),
  ];
}

function hasPlayed(was: LadderRow, is: LadderRow): boolean {
  return (['elo', 'wins', 'losses', 'ties'] as const).some((key) => was[key] !== is[key]);
}

function moved(was: LadderRow, { user, rank, elo }: LadderRow): RankChange {
  return change(user, [was.rank, rank], [was.elo, elo]);
}

function cameIn(row: LadderRow, hint: RankHint | undefined): RankChange {
  const { user, rank, elo } = row;
  if (hint) return change(user, [hint.oldRank, rank], [elo - hint.ratingChange, elo]);
  return change(user, [null, rank], [isFirstBattle(row) ? ELO_FLOOR : null, elo]);
}

function isFirstBattle({ wins, losses, ties }: LadderRow): boolean {
  return wins + losses + ties === 1;
}

function fellOut({ user, rank, elo }: LadderRow, hint: RankHint | undefined): RankChange {
  return change(user, [rank, hint?.newRank ?? null], [elo, hint ? elo + hint.ratingChange : null]);
}

function change(
  { id, name }: LadderRow['user'],
  [oldRank, newRank]: readonly [number | null, number | null],
  [before, after]: readonly [number | null, number | null],
): RankChange {
  return { userId: id, name, oldRank, newRank, elo: [rounded(before), rounded(after)] };
}

function rounded(elo: number | null): number | null {
  return elo === null ? null : Math.round(elo);
}
