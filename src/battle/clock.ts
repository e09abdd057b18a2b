/**
 * The clocks of a battle: a pure fold over the log, plus who is away. All times are the store's clock, in milliseconds
 * since the epoch. Time without an owner is nobody's: `resume`, an owner's first entry, starts every clock afresh.
 */
import { SIDE_IDS, foeOf, type SideId } from './ids.ts';
import type { Entry, ForfeitInput, VoidInput } from './input.ts';
import type { TimerRules } from './opening.ts';

export interface Clock {
  /** Start of the open decision point for those who still owe an answer. */
  readonly decisionAt: number;
  /** The last `resume`. No absence begins before it. */
  readonly resumeAt: number;
}

export const NO_CLOCK: Clock = { decisionAt: 0, resumeAt: 0 };

/** `isNewDecision`: applying this entry made the battle ask again. */
export function advanceClock(clock: Clock, entry: Entry, isNewDecision: boolean): Clock {
  if (entry.input.type === 'resume') return { decisionAt: entry.at, resumeAt: entry.at };
  return isNewDecision ? { ...clock, decisionAt: entry.at } : clock;
}

/** What the clocks must know of a side beside the log. */
export interface SidePresence {
  readonly owes: boolean;
  /** When the last of its connections went; null while it has one. */
  readonly absentSince: number | null;
  /** Has ever been here. Until both have, `joinMs` is the patience with those who have not. */
  readonly hasJoined: boolean;
  /** Has had its warning for the open decision point. */
  readonly isWarned: boolean;
}

export type Presences = Readonly<Record<SideId, SidePresence>>;

/** What is due next. Of things due together the absence comes first, and p1 before p2. */
export type Due = {
  readonly kind: 'no-show' | 'absence' | 'warning' | 'turn';
  readonly side: SideId;
  readonly at: number;
};

export function turnDeadline(clock: Clock, rules: TimerRules): number {
  return clock.decisionAt + rules.turnMs;
}

/** When a side that is away has lost; null while it is here. */
export function absenceDeadline(clock: Clock, rules: TimerRules, presence: SidePresence): number | null {
  const since = absenceStart(clock, presence);
  return since === null ? null : since + (presence.hasJoined ? rules.absenceMs : rules.joinMs);
}

export function nextDue(clock: Clock, rules: TimerRules, presences: Presences): Due | null {
  let next: Due | null = null;
  const consider = (kind: Due['kind'], side: SideId, at: number): void => {
    if (next === null || at < next.at) next = { kind, side, at };
  };
  for (const side of SIDE_IDS) {
    const at = absenceDeadline(clock, rules, presences[side]);
    if (at !== null) consider(presences[side].hasJoined ? 'absence' : 'no-show', side, at);
  }
  for (const side of SIDE_IDS) {
    if (!presences[side].owes) continue;
    const deadline = turnDeadline(clock, rules);
    if (!presences[side].isWarned) consider('warning', side, deadline - rules.warnMs);
    consider('turn', side, deadline);
  }
  return next;
}

/**
 * What becomes of a battle when the absence of `side` has run out: it loses by timeout; but if the other one is away
 * too, and for both it began with the same `resume`, the fault is not theirs and the battle is void.
 */
export function absenceVerdict(clock: Clock, presences: Presences, side: SideId): ForfeitInput | VoidInput {
  const foe = presences[foeOf(side)];
  const isOurFault =
    absenceStart(clock, foe) === clock.resumeAt && absenceStart(clock, presences[side]) === clock.resumeAt;
  return isOurFault ? { type: 'void', why: 'both-absent' } : { type: 'forfeit', side, why: 'timeout' };
}

function absenceStart(clock: Clock, presence: SidePresence): number | null {
  return presence.absentSince === null ? null : Math.max(presence.absentSince, clock.resumeAt);
}
