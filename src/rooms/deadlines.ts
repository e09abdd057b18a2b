/**
 * The running clocks of a battle: who is here, what is due, and one timer for it. The rules are in battle/clock.ts; this
 * keeps what the log does not say (presence, warnings) and turns the store's times into durations of ours.
 */
import type { Battle } from '../battle/battle.ts';
import {
  NO_CLOCK,
  absenceDeadline,
  advanceClock,
  nextDue,
  turnDeadline,
  type Clock,
  type Due,
  type Presences,
  type SidePresence,
} from '../battle/clock.ts';
import { SIDE_IDS, type SideId } from '../battle/ids.ts';
import type { Entry, Input } from '../battle/input.ts';
import { botsOf } from '../battle/opening.ts';
import type { Scheduler } from './scheduler.ts';

type Seat = { -readonly [K in Exclude<keyof SidePresence, 'owes'>]: SidePresence[K] };

export class Deadlines {
  readonly #battle: Battle;
  readonly #scheduler: Scheduler;
  readonly #onDue: () => void;
  readonly #seats: Record<SideId, Seat>;
  #clock: Clock = NO_CLOCK;
  /** The store's clock at a moment of ours. */
  #sync = { at: 0, now: 0 };
  #cancel = (): void => {};

  /** `isNew`: nobody has owned the battle before, so both players are still to come for the first time. */
  constructor(battle: Battle, clock: Clock, isNew: boolean, scheduler: Scheduler, onDue: () => void) {
    this.#battle = battle;
    this.#clock = clock;
    this.#scheduler = scheduler;
    this.#onDue = onDue;
    const seat: Seat = { absentSince: 0, hasJoined: !isNew, isWarned: false };
    this.#seats = { p1: { ...seat }, p2: { ...seat } };
    // A bot is always there.
    for (const side of botsOf(battle.opening))
      this.#seats[side] = { ...seat, absentSince: null, hasJoined: true };
  }

  get clock(): Clock {
    return this.#clock;
  }

  /** The store's clock, as well as we know it between two answers of the store. Milliseconds since the epoch. */
  storeNow(): number {
    return Math.round(this.#sync.at + this.#scheduler.now() - this.#sync.now);
  }

  /** An entry has been logged. */
  note(entry: Entry, isNewDecision: boolean): void {
    this.#sync = { at: entry.at, now: this.#scheduler.now() };
    this.#clock = advanceClock(this.#clock, entry, isNewDecision);
    if (!isNewDecision && entry.input.type !== 'resume') return;
    for (const side of SIDE_IDS) this.#seats[side].isWarned = false;
  }

  presences(): Presences {
    const of = (side: SideId): SidePresence => ({ ...this.#seats[side], owes: this.#battle.owes(side) });
    return { p1: of('p1'), p2: of('p2') };
  }

  hasJoined(side: SideId): boolean {
    return this.#seats[side].hasJoined;
  }

  /** Sides that have never come, where a battle that ended with `last` ended by that. */
  noShows(last: Input | undefined): SideId[] {
    if (last?.type !== 'void' || last.why !== 'no-show') return [];
    return SIDE_IDS.filter((side) => !this.hasJoined(side));
  }

  /** For how long a side that is away has been, as far as this owner can tell. Milliseconds. */
  awayMs(side: SideId): number {
    const { resumeAt } = this.#clock;
    return resumeAt === 0 ? 0 : this.storeNow() - Math.max(this.#seats[side].absentSince ?? 0, resumeAt);
  }

  /** Whether this is a return after an absence. */
  arrived(side: SideId): boolean {
    const seat = this.#seats[side];
    const isReturn = seat.hasJoined && seat.absentSince !== null;
    seat.absentSince = null;
    seat.hasJoined = true;
    return isReturn;
  }

  left(side: SideId): void {
    this.#seats[side].absentSince = this.storeNow();
  }

  warned(side: SideId): void {
    this.#seats[side].isWarned = true;
  }

  /** What is due now; null when nothing is yet. */
  due(): Due | null {
    const due = this.#next();
    return due && due.at <= this.storeNow() ? due : null;
  }

  /** When a side must have answered; 0 when it owes nothing. */
  turnDeadline(side: SideId): number {
    return this.#battle.owes(side) ? turnDeadline(this.#clock, this.#battle.opening.timer) : 0;
  }

  /** When a side must be back; 0 when it is here. */
  returnDeadline(side: SideId): number {
    return absenceDeadline(this.#clock, this.#battle.opening.timer, this.presences()[side]) ?? 0;
  }

  /** Sets the timer for what is due next, in place of the one that was set. */
  arm(): void {
    this.#cancel();
    const due = this.#next();
    if (due) this.#cancel = this.#scheduler.after(due.at - this.storeNow(), this.#onDue);
  }

  disarm(): void {
    this.#cancel();
  }

  #next(): Due | null {
    return nextDue(this.#clock, this.#battle.opening.timer, this.presences());
  }
}
