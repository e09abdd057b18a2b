/**
 * What processes tell one another, by channel. An event is a hint: it may be lost with the store, so that whoever needs
 * the truth reads it from where it is kept. Payloads name things by id, never carry them.
 */
import { z } from 'zod';
import type { BattleId, FormatId, UserId } from '../battle/ids.ts';
import { LIMITS } from '../config/limits.ts';

const USER_ID = new RegExp(`^[\\x20-\\x7e]{1,${LIMITS.userIdChars}}$`);
const ID = new RegExp(`^[\\w-]{1,${LIMITS.idChars}}$`);

const userId = z.custom<UserId>((value) => typeof value === 'string' && USER_ID.test(value));
const battleId = z.custom<BattleId>((value) => typeof value === 'string' && ID.test(value));
const format = z.custom<FormatId>((value) => typeof value === 'string' && ID.test(value));
const id = z.string().regex(ID);
const count = z.number().int().min(0).max(1_000_000_000);
/** Milliseconds since the epoch. */
const time = z.number().int().min(0);
/** Points won or lost. */
const change = z.number().min(-100_000).max(100_000);

const match = {
  matchId: battleId,
  format,
  players: z.object({ p1: userId, p2: userId }),
};

const matchEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), ...match }),
  z.object({
    type: z.literal('completed'),
    ...match,
    /** null: a tie, or void. */
    winner: z.enum(['p1', 'p2']).nullable(),
    /** null: unrated. */
    ratingChanges: z.object({ p1: change, p2: change }).nullable(),
  }),
]);

const leaderboardUpdate = z.object({
  format,
  playerId: userId,
  /** Others whose rank moved. Where they are too many, or do not fit, the list is empty and `fullRefresh` is set. */
  affectedPlayers: z.array(userId).max(16),
  /** Ranks count from 1; null: not on the ladder, not among its first 1,000, or (with `fullRefresh`) not known. */
  rankChanges: z.object({ oldRank: count.nullable(), newRank: count.nullable(), ratingChange: change }),
  fullRefresh: z.boolean(),
});

const player = { playerId: userId };

const playerNotification = z.discriminatedUnion('type', [
  z.object({ type: z.literal('challenge_received'), ...player, challengerId: userId, format }),
  z.object({ type: z.literal('achievement_unlocked'), ...player, achievement: id, points: count }),
]);

const systemEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('process_up'), processId: id }),
  z.object({ type: z.literal('process_draining'), processId: id }),
  z.object({ type: z.literal('process_down'), processId: id }),
  z.object({ type: z.literal('user_deleted'), userId }),
  z.object({ type: z.literal('maintenance'), message: z.string().max(200), startsAt: time }),
]);

/** Unknown fields are dropped, not refused: processes of two versions talk to one another during a deploy. */
export const EVENTS = {
  'match:events': matchEvent,
  'leaderboard:updates': leaderboardUpdate,
  'player:notifications': playerNotification,
  'system:events': systemEvent,
} as const;

export type Channel = keyof typeof EVENTS;
export type Payload<C extends Channel> = z.infer<(typeof EVENTS)[C]>;

export const CHANNELS = Object.keys(EVENTS) as readonly Channel[];

/** An event of one channel, with where and when it was published. */
export interface ChannelEvent<C extends Channel> {
  readonly channel: C;
  /** Of the publishing process. */
  readonly serverId: string;
  /** Unique together with `serverId`. */
  readonly id: string;
  /** Milliseconds since the epoch, by the publisher's clock. */
  readonly at: number;
  readonly payload: Payload<C>;
}

/** An event of any channel; `channel` tells which. */
export type BusEvent = { [C in Channel]: ChannelEvent<C> }[Channel];
