/** What may change a battle, and how the log keeps it. */
import { foeOf, type SideId } from './ids.ts';

/** A player's accepted answer, as the client sent it: the sim's paraphrase of a choice does not always replay. */
export interface ChoiceInput {
  readonly type: 'choice';
  readonly side: SideId;
  readonly text: string;
  readonly rqid: number;
  /** Drawn by us because the time was up. */
  readonly auto?: true;
}

/** A refused answer that changed the request (it revealed a trap or a disabled move). Replay must refuse it too. */
export interface RefusedInput {
  readonly type: 'refused';
  readonly side: SideId;
  readonly text: string;
}

export interface ForfeitInput {
  readonly type: 'forfeit';
  readonly side: SideId;
  readonly why: 'forfeit' | 'timeout';
  /** Of the operator, who awarded the battle to the other side: why. */
  readonly note?: string;
}

/** First entry of an owner after a claim or a suspension: clocks start afresh. */
export interface ResumeInput {
  readonly type: 'resume';
}

/** Ended by us, unrated. `why` is for the operator. */
export interface VoidInput {
  readonly type: 'void';
  readonly why: VoidReason;
  /** Of the operator: why. */
  readonly note?: string;
}

export type VoidReason =
  'no-show' | 'both-absent' | 'operator' | 'divergence' | 'sim-error' | 'poison' | 'engine';

/** Whether it was ended by a failure of ours, not for want of players or by the operator's word. */
export function isFault({ why }: VoidInput): boolean {
  return why !== 'no-show' && why !== 'both-absent' && why !== 'operator';
}

/** How an operator ends a battle. */
export type Verdict = ForfeitInput | VoidInput;

/**
 * For `winner` it is as if the other side had given up; null ends it unrated for both. The note goes into the log, which
 * the players may read.
 */
export function verdictFor(winner: SideId | null, note: string): Verdict {
  return winner === null
    ? { type: 'void', why: 'operator', note }
    : { type: 'forfeit', side: foeOf(winner), why: 'forfeit', note };
}

export type Input = ChoiceInput | RefusedInput | ForfeitInput | ResumeInput | VoidInput;

/** An input with the fingerprint of the battle from before it (`Battle.fingerprint`). What an append carries. */
export interface NewEntry {
  readonly input: Input;
  readonly print: string;
}

/** An entry of the log. `at` is the store's clock in milliseconds since the epoch: never compare it with `Date.now()`. */
export interface Entry extends NewEntry {
  readonly at: number;
}
