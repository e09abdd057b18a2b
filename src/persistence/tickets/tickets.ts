/**
 * Tickets: who waits in which queue, and which two have been paired and are being brought into a battle.
 *
 * Invariants of every adapter, checked by one contract suite:
 * - Each call is one atomic step, on the store's clock: callers give no times.
 * - A user has at most one ticket over all formats, and it is either waiting or in one match.
 * - Along the places of a queue `joinedAt` never decreases.
 * - Every method rejects with `StoreAway` when the store cannot be reached; then nothing is known of the call's effect.
 */
import type { BattleId, ChallengeId, FormatId, PackedTeam, UserId } from '../../battle/ids.ts';
import { LIMITS } from '../../config/limits.ts';

/** Durations in milliseconds. */
export interface QueueRules {
  /** A ticket lapses when it has not been renewed for so long. */
  readonly lapseMs: number;
  /** How long a match may stay unopened before a sweep takes it up. */
  readonly matchMs: number;
  /** How long a user who did not show up may not queue. */
  readonly penaltyMs: number;
  /** How long the last opponent is remembered. */
  readonly lastFoeMs: number;
  /** Tickets waiting in one format. */
  readonly queueBound: number;
}

/**
 * `lapseMs` outlives a page reload; `matchMs` is the time a seat is good for; `penaltyMs` makes two no-shows in a row
 * cost more than waiting.
 */
export const QUEUE_RULES: QueueRules = {
  lapseMs: 10_000,
  matchMs: 15_000,
  penaltyMs: 30_000,
  lastFoeMs: 600_000,
  queueBound: LIMITS.queueLength,
};

/** What a user brings to the queue. */
export interface TicketDraft {
  readonly userId: UserId;
  readonly name: string;
  readonly elo: number;
  readonly format: FormatId;
  /** null where the format draws the teams. */
  readonly team: PackedTeam | null;
  /** The accepted challenge that this ticket is of: it was never in the queue, and goes with its match. */
  readonly challenge?: ChallengeId;
}

/** As much of a ticket as pairing looks at. */
export interface Waiting {
  readonly userId: UserId;
  readonly elo: number;
  /** The store's clock, milliseconds since the epoch. */
  readonly joinedAt: number;
  /** Order in the queue, lower first; no two tickets have the same. Not the position: places have gaps. */
  readonly place: number;
  /** The opponent of this user's last battle, if that was lately. */
  readonly lastFoe?: UserId;
}

export interface Ticket extends TicketDraft, Waiting {
  /** The ticket is alive before this, the store's clock. Renewed by the process that holds its user's connection. */
  readonly aliveUntil: number;
}

/** Two tickets taken from the queue, on their way into the battle `battleId`: `p1` first. */
export interface Match {
  readonly battleId: BattleId;
  readonly format: FormatId;
  readonly tickets: readonly [Ticket, Ticket];
  /** Past this, on the store's clock, a sweep carries on with it. */
  readonly until: number;
}

/** Where a ticket stands. */
export interface Placing {
  readonly format: FormatId;
  /** 1 is the head; 0 means paired, the battle is being opened. */
  readonly position: number;
  readonly joinedAt: number;
}

export type JoinResult =
  | { readonly kind: 'joined'; readonly placing: Placing }
  /** The user's ticket, in whatever format, stays as it is. */
  | { readonly kind: 'already'; readonly placing: Placing }
  /** The user did not show up lately. */
  | { readonly kind: 'penalty'; readonly retryAfterMs: number }
  | { readonly kind: 'full' };

export interface TicketStore {
  /**
   * A ticket at the end of its queue, unless the user has a living one: that is answered with `already`. With `takeOver`
   * it gives way instead: in the same format the new one has its place, in another one the old place is lost, and a
   * paired one stays as it is, is kept alive and answers `joined` with position 0.
   */
  join(draft: TicketDraft, takeOver: boolean): Promise<JoinResult>;
  /**
   * A ticket at the head of its queue, counting as having waited as long as the one it overtakes. Bound and penalty do
   * not apply; a user who has a ticket already keeps that one.
   */
  joinAtHead(draft: TicketDraft): Promise<Placing>;
  /** Takes the waiting ticket away; null if there is none (a paired one is past leaving). */
  leave(userId: UserId): Promise<Ticket | null>;
  /** Keeps the living tickets of these users alive for another `lapseMs`, paired ones too. A lapsed one stays lapsed. */
  renew(userIds: readonly UserId[]): Promise<void>;
  placing(userId: UserId): Promise<Placing | null>;
  /** Formats in which somebody waits. */
  formats(): Promise<readonly FormatId[]>;
  /** The living tickets of a queue by place, and the store's time to pair them by. */
  waiting(format: FormatId): Promise<{ readonly now: number; readonly tickets: readonly Waiting[] }>;
  /**
   * Takes both tickets from the queue into a match, or neither: null unless both live and wait in `format`. Asked again
   * for a match that there is, it answers that one.
   */
  match(battleId: BattleId, format: FormatId, users: readonly [UserId, UserId]): Promise<Match | null>;
  /**
   * Ends a match that has its battle: both are each other's last opponent, and the record is gone. Unknown ids are
   * ignored.
   */
  complete(battleId: BattleId): Promise<void>;
  /**
   * Ends a match without a battle: the living tickets of `users` wait again at their old places, unless they are of a
   * challenge; any other is gone.
   * Unknown ids are ignored.
   */
  giveBack(battleId: BattleId, users: readonly UserId[]): Promise<void>;
  /** The user may not join before `penaltyMs` are over. */
  penalise(userId: UserId): Promise<void>;
  /** Removes the waiting tickets that have lapsed, and forgets old penalties and opponents. */
  sweepLapsed(): Promise<readonly Ticket[]>;
  /** Matches past their `until`, which moves on by `matchMs`: each is handed to one caller only. */
  sweepMatches(): Promise<readonly Match[]>;
}
