/** Tells all processes of ranks that a battle moved: hints for those who show a ladder, who read it again. */
import type { EventBus } from '../cluster/event-bus.ts';
import { LIMITS } from '../config/limits.ts';
import type { RankChange, RatingStore } from '../persistence/database/stores.ts';
import type { Recorded, RatingChanges } from '../persistence/results/results.ts';
import type { LadderPorts } from '../rooms/ladder-room.ts';
import type { Announcements } from './announcements.ts';

export interface UpdateParts {
  readonly ratings: Pick<RatingStore, 'rankChanges'>;
  readonly announcements: Pick<Announcements, 'ranked'>;
}

/** For each battle that this process records: an event of each player whose rating moved. Never rejects. */
export function createLadderUpdates({ ratings, announcements }: UpdateParts) {
  let underWay = 0;

  /** Where they cannot be counted everybody is asked to read for themselves. */
  async function ranksOf(
    format: Recorded['format'],
    changes: NonNullable<RatingChanges>,
  ): Promise<readonly RankChange[] | null> {
    if (underWay >= LIMITS.rankCounts) return null;
    underWay += 1;
    try {
      return await ratings.rankChanges(format, changes, LIMITS.ranksCounted);
    } catch {
      return null;
    } finally {
      underWay -= 1;
    }
  }

  return async ({ format, changes }: Recorded): Promise<void> => {
    if (!changes) return;
    const ranks = await ranksOf(format, changes);
    for (const { userId, before, after } of changes) {
      const ranked = ranks?.find((rank) => rank.userId === userId);
      const oldRank = ranked?.oldRank ?? null;
      const newRank = ranked?.newRank ?? null;
      announcements.ranked({
        format,
        playerId: userId,
        affectedPlayers: [],
        rankChanges: { oldRank, newRank, ratingChange: after.elo - before.elo },
        fullRefresh: !ranked || oldRank !== newRank,
      });
    }
  };
}

/** For the ladder rooms: what is heard of battles in a format, whoever recorded them. */
export function listenToLadder(bus: Pick<EventBus, 'subscribe'>): LadderPorts['listen'] {
  return (format, heard) =>
    bus.subscribe('leaderboard:updates', ({ payload }) => {
      if (payload.format !== format) return;
      heard({ userId: payload.playerId, ...payload.rankChanges }, payload.fullRefresh);
    });
}
