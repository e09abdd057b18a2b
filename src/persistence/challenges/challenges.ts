/**
 * Challenges: who has asked whom, or anybody, for a battle beside the queue. They lie where the tickets do, because
 * accepting one makes a match of it.
 *
 * Invariants of every adapter, checked by one contract suite:
 * - Each call is one atomic step, on the store's clock.
 * - A user has at most one open challenge, and sends none while holding a ticket.
 * - A challenge ends once: accepted, closed or swept.
 * - Every method rejects with `StoreAway` when the store cannot be reached; then nothing is known of the call's effect.
 */
import type { BattleId, ChallengeId, UserId } from '../../battle/ids.ts';
import { LIMITS } from '../../config/limits.ts';
import type { Match, Placing, TicketDraft } from '../tickets/tickets.ts';

/** Durations in milliseconds. */
export interface ChallengeRules {
  /** How long a challenge may stay unanswered. */
  readonly lifeMs: number;
  /** It lapses when it has not been renewed for so long. */
  readonly lapseMs: number;
  /** Challenges that wait for one user. */
  readonly receivedBound: number;
}

/** `lifeMs` is the time to send somebody a link; `lapseMs` that of a ticket. */
export const CHALLENGE_RULES: ChallengeRules = {
  lifeMs: 300_000,
  lapseMs: 10_000,
  receivedBound: LIMITS.challengesReceived,
};

export interface ChallengeDraft {
  readonly challengeId: ChallengeId;
  /** The ticket of who sends it, for the match that comes of it. */
  readonly from: TicketDraft;
  /** null: whoever has the id. */
  readonly to: UserId | null;
  /** `to` is never to know of it. */
  readonly isMuted: boolean;
}

export interface Challenge extends ChallengeDraft {
  /** The store's clock, milliseconds since the epoch. */
  readonly expiresAt: number;
}

export type SendResult =
  | { readonly kind: 'sent'; readonly challenge: Challenge }
  /** The open challenge of this user stays as it is. */
  | { readonly kind: 'already'; readonly challengeId: ChallengeId }
  | { readonly kind: 'queued'; readonly placing: Placing }
  /** Too many wait for the user who is challenged. */
  | { readonly kind: 'full' };

export type AcceptResult =
  | { readonly kind: 'accepted'; readonly match: Match }
  /** There is no such challenge for this user. */
  | { readonly kind: 'gone' }
  /** Who accepts has a ticket; the challenge stays open. */
  | { readonly kind: 'queued'; readonly placing: Placing }
  /** Who sent it has a ticket; it is closed. */
  | { readonly kind: 'busy'; readonly challenge: Challenge };

export interface SweptChallenge {
  readonly challenge: Challenge;
  readonly reason: 'expired' | 'disconnected';
}

export interface ChallengeStore {
  /** Sent again under the same id it is answered as at first. */
  send(draft: ChallengeDraft): Promise<SendResult>;
  /** null unless it is open. */
  get(id: ChallengeId): Promise<Challenge | null>;
  /** The open challenge that this user has sent. */
  sentBy(userId: UserId): Promise<Challenge | null>;
  /** The open challenges to this user, without muted ones. */
  receivedBy(userId: UserId): Promise<readonly Challenge[]>;
  /** Keeps the open challenges of these users alive for another `lapseMs`, though not beyond their end. */
  renew(userIds: readonly UserId[]): Promise<void>;
  /**
   * Takes an open challenge into the match `battleId`, its sender first. `ticket` is of who accepts. Asked again for a
   * match that there is, it answers that one.
   */
  accept(id: ChallengeId, battleId: BattleId, ticket: TicketDraft): Promise<AcceptResult>;
  /** Ends an open challenge; null if it is none. */
  close(id: ChallengeId): Promise<Challenge | null>;
  /** Ends those past their time; each is handed to one caller only. */
  sweep(): Promise<readonly SweptChallenge[]>;
}

/** The ticket of one who plays a challenge. */
export function challengeTicket(ticket: TicketDraft, challenge: ChallengeId): TicketDraft {
  return { ...ticket, challenge };
}
