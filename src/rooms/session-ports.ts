/** What a battle session needs of the world, and what it answers. */
import type { Battle } from '../battle/battle.ts';
import type { Clock } from '../battle/clock.ts';
import type { SideId } from '../battle/ids.ts';
import type { ChoiceInput, Entry, NewEntry } from '../battle/input.ts';
import type { Outcome } from '../battle/outcome.ts';
import type { Random } from '../battle/random.ts';
import type { BattleRecord } from '../battle/record.ts';
import { errorBody, type ErrorCode } from '../errors.ts';
import type { AppendResult } from '../persistence/input-log/input-log.ts';
import type { Meter } from '../telemetry/meter.ts';
import type { BattleError } from './messages.ts';
import type { Scheduler } from './scheduler.ts';

/** The log of one battle under one claim. Every method rejects with `StoreAway` while the store is. */
export interface BattleLog {
  append(length: number, entry: NewEntry): Promise<AppendResult>;
  finish(record: BattleRecord): Promise<{ readonly kind: 'finished' | 'fenced' }>;
  release(): Promise<unknown>;
}

/** What the session tells the room. Every call is synchronous and does not throw. */
export interface Outlet {
  /** The choice is in the log. `updated` follows at once. */
  accepted(choice: ChoiceInput): void;
  /** The battle has moved: state, lines and requests are to be sent. */
  updated(autoMoves: readonly SideId[]): void;
  warned(side: SideId, secondsRemaining: number): void;
  paused(reason: string): void;
  resumed(): void;
  /** The end is recorded. `noShows`: the sides that never came, where that is why. */
  ended(outcome: Outcome, noShows: readonly SideId[]): void;
  /** Somebody else owns the battle: say nothing more. */
  fenced(): void;
  faulted(error: unknown): void;
}

export type MoveReply =
  /** `isRepeat`: it had been accepted before, so nobody else hears of it now. */
  | { readonly kind: 'accepted'; readonly rqid: number; readonly choice: string; readonly isRepeat?: true }
  | { readonly kind: 'refused'; readonly error: BattleError };

/** A battle that this process has claimed and replayed. */
export interface Takeover {
  readonly battle: Battle;
  readonly clock: Clock;
  readonly entries: readonly Entry[];
  readonly epoch: number;
  readonly log: BattleLog;
}

export interface SessionStart {
  readonly battle: Battle;
  readonly clock: Clock;
  readonly entries: readonly Entry[];
  /** Nobody has owned the battle before. */
  readonly isNew: boolean;
  readonly log: BattleLog;
  readonly outlet: Outlet;
  /** Whether anything may be said: a process that others may have given up must hold still. */
  readonly isTrusted: () => boolean;
  readonly meter: Meter;
  readonly scheduler: Scheduler;
  readonly random: Random;
}

type Accepted = Extract<MoveReply, { kind: 'accepted' }>;

export function accepted({ rqid, text }: ChoiceInput): Accepted {
  return { kind: 'accepted', rqid, choice: text };
}

export function refusal(code: ErrorCode): MoveReply {
  return { kind: 'refused', error: errorBody(code) };
}

/** The battle is not this process's any more; its next owner takes the choice. */
export const GONE: MoveReply = refusal('SERVER_DRAINING');
