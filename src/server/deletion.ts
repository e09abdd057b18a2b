/** A user who wants to be gone: out of the queue, and out of the database unless a battle still needs them. */
import type { BattleId, UserId } from '../battle/ids.ts';
import { CodedError } from '../errors.ts';
import type { ChallengeStore } from '../persistence/challenges/challenges.ts';
import type { UserStore } from '../persistence/database/stores.ts';
import type { InputLog } from '../persistence/input-log/input-log.ts';
import type { TicketStore } from '../persistence/tickets/tickets.ts';

export interface DeletionPorts {
  readonly log: Pick<InputLog, 'battleOf'>;
  readonly challenges: Pick<ChallengeStore, 'sentBy' | 'close'>;
  readonly tickets: Pick<TicketStore, 'leave' | 'placing'>;
  readonly users: Pick<UserStore, 'erase'>;
  /** A battle of this user that has ended and is not recorded. */
  unrecorded(userId: UserId): Promise<BattleId | null>;
  deleted(userId: UserId): void;
}

/**
 * Rejects with `ALREADY_IN_QUEUE` for who is paired, and with `ALREADY_IN_BATTLE` for who plays, or whose last battle is
 * about to be recorded: that would bring the user back.
 */
export function createDeletion(ports: DeletionPorts): (userId: UserId) => Promise<void> {
  const { log, challenges, tickets, users } = ports;
  return async (userId) => {
    const challenge = await challenges.sentBy(userId);
    if (challenge) await challenges.close(challenge.challengeId);
    await tickets.leave(userId);
    const place = await tickets.placing(userId);
    if (place)
      throw new CodedError('ALREADY_IN_QUEUE', undefined, { format: place.format, position: place.position });
    // In this order: a battle that ends meanwhile waits to be recorded, or is.
    const battleId = (await log.battleOf(userId)) ?? (await ports.unrecorded(userId));
    if (battleId !== null) throw new CodedError('ALREADY_IN_BATTLE', undefined, { battleId });
    await users.erase(userId);
    ports.deleted(userId);
  };
}
