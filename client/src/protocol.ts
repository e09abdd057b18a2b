/** The protocol's types, from the server's own message table: nothing of it is written down a second time. */
import type {
  BATTLE_MESSAGES,
  BattleEvents,
  BattleStart,
  JOIN_OPTIONS,
  MATCHMAKING_MESSAGES,
} from '../../src/rooms/messages.ts';

export type {
  BattleEnd,
  BattleError,
  BattleEvents,
  BattleStart,
  BattleUpdate,
  ChallengeEnd,
  MatchmakingEvents,
  Notification,
  PlayerInfo,
  Players,
  Ratings,
  Seat,
} from '../../src/rooms/messages.ts';

/** How the server's own player plays. */
export type { BotKind } from '../../src/rooms/messages.ts';
/** `p1` or `p2`. */
export type SideId = NonNullable<BattleStart['side']>;
/** What the sim asks of a side. */
export type BattleRequest = NonNullable<BattleStart['request']>;
/** The body of every error, over HTTP and in rooms. */
export type ErrorBody = Pick<BattleEvents['ERROR'], 'code' | 'message' | 'recoverable' | 'details'>;

/** @internal */
export type BattlePayload<K extends keyof typeof BATTLE_MESSAGES> =
  (typeof BATTLE_MESSAGES)[K]['_zod']['input'];
/** @internal */
export type MatchmakingPayload<K extends keyof typeof MATCHMAKING_MESSAGES> =
  (typeof MATCHMAKING_MESSAGES)[K]['_zod']['input'];
/** @internal */
export type JoinOptions = (typeof JOIN_OPTIONS)['_zod']['input'];
