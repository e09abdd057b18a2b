/**
 * Every message of all rooms, both ways, on one page. docs/protocol.md is compared with it by a test.
 * What a client sends is checked here before anything else looks at it.
 */
import { z } from 'zod';
import { BOT_KINDS } from '../battle/bot-seat.ts';
import type { FormatId, SideId, UserId } from '../battle/ids.ts';
import type { ReceivedReason } from '../battle/outcome.ts';
import type { BattleRequest } from '../battle/request.ts';
import type { ErrorBody } from '../errors.ts';
import type { ShownChange } from '../ratings/shown.ts';
import { MAX_CHOICE_LENGTH } from '../battle/choice.ts';

/** For clients, who take the types of this page. */
export type { BotKind } from '../battle/bot-seat.ts';

// oxlint-disable-next-line no-control-regex -- Control characters are what it looks for.
const CONTROL = /[\u0000-\u001f\u007f]/;
const id = z.string().min(1).max(128);
const lineNumber = z.int().min(0).max(1_000_000);

/**
 * Options of a join by id: the only thing that a client may say about it.
 * @internal
 */
export const JOIN_OPTIONS = z.object({ from: lineNumber.optional() });

/**
 * Client → server in `battle`.
 * @internal
 */
export const BATTLE_MESSAGES = {
  MOVE: z.strictObject({
    choice: z
      .string()
      .max(MAX_CHOICE_LENGTH)
      .refine((text) => !CONTROL.test(text)),
    rqid: z.int().min(1).max(1_000_000).optional(),
  }),
  FORFEIT: z.strictObject({}).optional(),
  REQUEST_STATE: z.strictObject({ from: lineNumber.optional() }).optional(),
};

/**
 * Client → server in `matchmaking`.
 * @internal
 */
export const MATCHMAKING_MESSAGES = {
  JOIN_QUEUE: z.strictObject({ format: id, teamId: id.optional() }),
  LEAVE_QUEUE: z.strictObject({}).optional(),
  PLAY_BOT: z.strictObject({ format: id, teamId: id.optional(), bot: z.enum(BOT_KINDS).optional() }),
  REJOIN: z.strictObject({ battleId: id.optional() }).optional(),
  CHALLENGE: z.strictObject({ format: id, teamId: id.optional(), to: id.optional() }),
  CHALLENGE_CANCEL: z.strictObject({}).optional(),
  CHALLENGE_ACCEPT: z.strictObject({ challengeId: id, teamId: id.optional() }),
  CHALLENGE_DECLINE: z.strictObject({ challengeId: id }),
};

/**
 * Client → server in `ladder`.
 * @internal
 */
export const LADDER_MESSAGES = {};

export interface PlayerInfo {
  readonly id: UserId;
  readonly name: string;
  readonly elo: number;
  /** The server plays this side itself. */
  readonly bot?: true;
}

export type Players = Readonly<Record<SideId, PlayerInfo>>;

/** A seat reservation as the Colyseus SDK takes it. */
export type Seat = Readonly<Record<string, unknown>>;

export interface BattleStart {
  readonly battleId: string;
  readonly format: FormatId;
  /** null for a spectator. */
  readonly side: SideId | null;
  readonly players: Players;
  /** Number of the first of `lines` in the receiver's channel. */
  readonly from: number;
  readonly lines: readonly string[];
  readonly request?: BattleRequest;
  readonly now: number;
}

export interface BattleUpdate {
  readonly from: number;
  readonly lines: readonly string[];
  readonly request?: BattleRequest;
  /** Sides whose choice was drawn by us. */
  readonly autoMove?: readonly SideId[];
  readonly now: number;
}

export interface BattleEnd {
  readonly battleId: string;
  /** null for `tie` and `void`. */
  readonly winner: UserId | null;
  readonly reason: ReceivedReason;
  /** Where the battle moved any, and that is known already. */
  readonly ratings?: Ratings;
}

/** By user id. */
export type Ratings = Readonly<Record<string, ShownChange & { readonly format: string }>>;

export interface BattleError extends ErrorBody {
  readonly rqid?: number;
  readonly request?: BattleRequest;
}

/**
 * To one player, whose battle or queue it need not concern; `maintenance` to everybody. `at` is the time of the process
 * that said it.
 */
export type Notification = { readonly at: number } & (
  | { readonly type: 'achievement_unlocked'; readonly achievement: string; readonly points: number }
  | { readonly type: 'challenge_received'; readonly challengerId: UserId; readonly format: FormatId }
  | { readonly type: 'maintenance'; readonly message: string; readonly startsAt: number }
);

/** Server → client in `battle`. */
export interface BattleEvents {
  BATTLE_START: BattleStart;
  BATTLE_UPDATE: BattleUpdate;
  BATTLE_RESTORED: BattleStart & { readonly message: string };
  MOVE_ACCEPTED: { readonly rqid: number; readonly choice: string };
  TURN_WARNING: { readonly battleId: string; readonly secondsRemaining: number };
  OPPONENT_DISCONNECTED: { readonly timeoutMs: number };
  OPPONENT_RECONNECTED: Readonly<Record<string, never>>;
  BATTLE_PAUSED: { readonly reason: string };
  BATTLE_RESUMED: { readonly now: number };
  BATTLE_END: BattleEnd;
  RATINGS: { readonly battleId: string; readonly ratings: Ratings };
  NOTIFICATION: Notification;
  ERROR: BattleError;
}

export type ChallengeEnd = 'accepted' | 'declined' | 'cancelled' | 'expired' | 'disconnected' | 'busy';

/** Server → client in `matchmaking`. */
export interface MatchmakingEvents {
  QUEUE_JOINED: { readonly format: FormatId; readonly position: number; readonly joinedAt: number };
  QUEUE_LEFT: {
    readonly format: FormatId;
    readonly reason: 'left' | 'matched' | 'disconnected' | 'shutdown';
  };
  MATCH_FOUND: {
    readonly battleId: string;
    readonly format: FormatId;
    readonly opponent: PlayerInfo;
    readonly seat: Seat;
  };
  CHALLENGE_SENT: {
    readonly challengeId: string;
    readonly format: FormatId;
    readonly to?: UserId;
    readonly expiresAt: number;
  };
  CHALLENGE_RECEIVED: {
    readonly challengeId: string;
    readonly from: PlayerInfo;
    readonly format: FormatId;
    readonly expiresAt: number;
  };
  CHALLENGE_CLOSED: { readonly challengeId: string; readonly reason: ChallengeEnd };
  NOTIFICATION: Notification;
  ERROR: ErrorBody;
}

/** How a battle, or another's, moved somebody in the top of a ladder. */
export interface RankChange {
  readonly userId: UserId;
  readonly name: string;
  /** From 1; null: not in the top, and further down not known. */
  readonly oldRank: number | null;
  readonly newRank: number | null;
  /** null: not in the top, and not known. */
  readonly elo: readonly [before: number | null, after: number | null];
}

/** Server → client in `ladder`. */
export interface LadderEvents {
  RANK_CHANGES: { readonly changes: readonly RankChange[] };
  ERROR: ErrorBody;
}

/** Names of the server's messages by room, for the test that compares them with the documentation. */
export const SERVER_MESSAGES = {
  battle: [
    'BATTLE_START',
    'BATTLE_UPDATE',
    'BATTLE_RESTORED',
    'MOVE_ACCEPTED',
    'TURN_WARNING',
    'OPPONENT_DISCONNECTED',
    'OPPONENT_RECONNECTED',
    'BATTLE_PAUSED',
    'BATTLE_RESUMED',
    'BATTLE_END',
    'RATINGS',
    'NOTIFICATION',
    'ERROR',
  ] satisfies (keyof BattleEvents)[],
  matchmaking: [
    'QUEUE_JOINED',
    'QUEUE_LEFT',
    'MATCH_FOUND',
    'CHALLENGE_SENT',
    'CHALLENGE_RECEIVED',
    'CHALLENGE_CLOSED',
    'NOTIFICATION',
    'ERROR',
  ] satisfies (keyof MatchmakingEvents)[],
  ladder: ['RANK_CHANGES', 'ERROR'] satisfies (keyof LadderEvents)[],
} as const;
