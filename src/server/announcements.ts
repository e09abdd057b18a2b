/** What this process says on the event bus of itself and of its battles. Hints: whoever needs the truth reads the log. */
import type { EventBus } from '../cluster/event-bus.ts';
import { EventBusError } from '../cluster/event-bus/envelope.ts';
import type { Channel, Payload } from '../cluster/events.ts';
import type { Opening } from '../battle/opening.ts';
import type { FormatId, SideId, UserId } from '../battle/ids.ts';
import { ACHIEVEMENT_POINTS } from '../ratings/achievements.ts';
import type { Recorded, RatingChange, Unlocked } from '../persistence/results/results.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface Announcements {
  up(): void;
  draining(): void;
  /** Resolves when the others have been told, or cannot be. */
  down(): Promise<void>;
  started(opening: Opening): void;
  completed(recorded: Recorded): void;
  ranked(update: Payload<'leaderboard:updates'>): void;
  deleted(userId: UserId): void;
  unlocked(achievement: Unlocked): void;
  challenged(to: UserId, from: UserId, format: FormatId): void;
}

export function createAnnouncements(
  bus: Pick<EventBus, 'publish'>,
  processId: string,
  logger: Logger,
): Announcements {
  const say = async <C extends Channel>(channel: C, payload: Payload<C>): Promise<void> => {
    try {
      await bus.publish(channel, payload);
    } catch (error) {
      if (!(error instanceof EventBusError)) throw error;
      // Where the store is away the connection says so; this is only a hint.
      logger.debug({ channel, err: error }, 'an event was not published');
    }
  };
  return {
    up: () => void say('system:events', { type: 'process_up', processId }),
    draining: () => void say('system:events', { type: 'process_draining', processId }),
    down: () => say('system:events', { type: 'process_down', processId }),
    started: (opening) => void say('match:events', { type: 'started', ...matchOf(opening) }),
    deleted: (userId) => void say('system:events', { type: 'user_deleted', userId }),
    unlocked: ({ userId, kind }) =>
      void say('player:notifications', {
        type: 'achievement_unlocked',
        playerId: userId,
        achievement: kind,
        points: ACHIEVEMENT_POINTS[kind],
      }),
    challenged: (playerId, challengerId, format) =>
      void say('player:notifications', { type: 'challenge_received', playerId, challengerId, format }),
    completed: ({ battleId, format, players, winner, changes }) =>
      void say('match:events', {
        type: 'completed',
        matchId: battleId,
        format,
        players,
        winner,
        ratingChanges: changes && wonBy(changes),
      }),
    ranked: (update) => void say('leaderboard:updates', update),
  };
}

function matchOf({ id, format, sides }: Opening) {
  const userAt = (side: 'p1' | 'p2'): UserId => sides.find((seat) => seat.side === side)!.userId;
  return { matchId: id, format, players: { p1: userAt('p1'), p2: userAt('p2') } };
}

/** Points won or lost by each side. */
function wonBy(changes: readonly RatingChange[]): Record<SideId, number> {
  const by = (side: SideId): number => {
    const change = changes.find((one) => one.side === side);
    return change ? change.after.elo - change.before.elo : 0;
  };
  return { p1: by('p1'), p2: by('p2') };
}
