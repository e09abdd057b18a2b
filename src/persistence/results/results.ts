/** What became of a battle that was recorded: to its ratings, and to its players. */
import type { BattleId, FormatId, SideId, UserId } from '../../battle/ids.ts';
import type { AchievementKind } from '../../ratings/achievements.ts';
import type { Standing } from '../database/stores.ts';

/** What one rated battle did to one player's rating in its format. */
export interface RatingChange {
  readonly side: SideId;
  readonly userId: UserId;
  readonly before: Standing;
  readonly after: Standing;
}

/** One of each side; null: the battle moved no rating. */
export type RatingChanges = readonly RatingChange[] | null;

export interface Unlocked {
  readonly userId: UserId;
  readonly kind: AchievementKind;
}

/** A battle that was recorded now, by this process. */
export interface Recorded {
  readonly battleId: BattleId;
  readonly format: FormatId;
  readonly players: Readonly<Record<SideId, UserId>>;
  readonly winner: SideId | null;
  readonly changes: RatingChanges;
  readonly unlocked: readonly Unlocked[];
}
