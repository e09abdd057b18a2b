/**
 * The input log: the port that every living battle stands on. One record per battle (opening, epoch, owner, entries).
 *
 * Invariants of every adapter, checked by one contract suite:
 * - Each call is atomic. `append`, `finish` and `release` act only under the caller's epoch; on a missing battle they
 *   answer `fenced` and create nothing.
 * - Of N simultaneous claims with the same `seenEpoch` one wins.
 * - An `append` may be repeated with the same arguments: it lands once and answers the same.
 * - `at` is the store's clock and never goes backwards within a battle.
 * - Every method rejects with `StoreAway` when the store cannot be reached; then nothing is known of the call's effect.
 */
import type { BattleId, FormatId, SideId, UserId } from '../../battle/ids.ts';
import type { Entry, NewEntry } from '../../battle/input.ts';
import type { Opening } from '../../battle/opening.ts';
import type { BattleRecord } from '../../battle/record.ts';

/** The store cannot be reached (or did not answer in time). The call may or may not have taken effect. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway';
}

/** Where a living battle stands, without its contents. */
export interface BattleHead {
  readonly id: BattleId;
  readonly format: FormatId;
  readonly engine: string;
  readonly epoch: number;
  /** Process id of the owner; null when released or never claimed. */
  readonly owner: string | null;
  /** Owners that died between their claim and their first entry, since the last choice or forfeit in the log. */
  readonly crashes: number;
  readonly users: readonly { readonly side: SideId; readonly userId: UserId }[];
}

/** What the winner of a claim gets: everything needed to replay. */
export interface Claim {
  readonly epoch: number;
  readonly opening: Opening;
  readonly entries: readonly Entry[];
  /** As in the head, this claim's own count included. */
  readonly crashes: number;
  /** Owners that died with the battle, replayed or not, since the last choice or forfeit in the log. */
  readonly deaths: number;
}

export type OpenResult =
  /** Written now, or found there with the same opening (idempotent by battle id). */
  | { readonly kind: 'opened' }
  /** Nothing was written: these users sit in another living battle. */
  | {
      readonly kind: 'busy';
      readonly users: readonly { readonly userId: UserId; readonly battleId: BattleId }[];
    };

export type ClaimResult =
  | { readonly kind: 'claimed'; readonly claim: Claim }
  /** Unknown id, or ended. */
  | { readonly kind: 'missing' }
  /** Somebody was faster: the epoch is no longer `seenEpoch`. */
  | { readonly kind: 'lost' }
  /** The battle was opened under another engine version. */
  | { readonly kind: 'engine'; readonly engine: string };

export type AppendResult =
  /** In the log at index `length`; also the answer to a repetition. */
  | { readonly kind: 'appended'; readonly at: number }
  /** The epoch is not ours any more, or the battle is gone. Write nothing again. */
  | { readonly kind: 'fenced' }
  /** Same epoch, other length or other entry: a bug of the caller. */
  | { readonly kind: 'conflict' };

export interface InputLog {
  /** Writes the opening (epoch 0, no owner) and takes both users' "in battle" marks, all or nothing. */
  open(opening: Opening): Promise<OpenResult>;
  /**
   * Raises the epoch if it still is `seenEpoch` and the engine is ours, and hands out the whole battle. An owner that
   * is still there counts as dead, unless it is the claimant itself.
   */
  claim(id: BattleId, seenEpoch: number, owner: string, engine: string): Promise<ClaimResult>;
  /** Pushes `entry` as number `length` (0-based). */
  append(id: BattleId, epoch: number, length: number, entry: NewEntry): Promise<AppendResult>;
  /** Records the result, retires the log and frees both users. Idempotent: a battle already finished answers `finished`. */
  finish(
    id: BattleId,
    epoch: number,
    record: BattleRecord,
  ): Promise<{ readonly kind: 'finished' | 'fenced' }>;
  /** Gives the battle back: no owner, same epoch, no crash counted. */
  release(id: BattleId, epoch: number): Promise<{ readonly kind: 'released' | 'fenced' }>;
  /** null for an unknown id or an ended battle. */
  head(id: BattleId): Promise<BattleHead | null>;
  /** The living battle that this user sits in. */
  battleOf(userId: UserId): Promise<BattleId | null>;
  /** Current epochs of those of `ids` that live, in one call. */
  epochs(ids: readonly BattleId[]): Promise<ReadonlyMap<BattleId, number>>;
  /** Every living battle, oldest first, read from the store piece by piece. */
  living(): AsyncIterable<BattleHead>;
}
