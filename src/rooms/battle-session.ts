/**
 * The owning process's live handle on a battle. For each input, always in this order: stage → append → commit → publish.
 * Nothing is played that is not in the log; nothing is sent that was not played.
 *
 * A serial inbox makes it so: were p2's choice staged while p1's append is in flight, p1's commit could play it
 * unlogged. The append is the only thing awaited, and it is never given up: the inbox stands still and repeats the
 * identical call until the store has answered. Sees ports only: no Colyseus, no database.
 */
import type { Battle } from '../battle/battle.ts';
import type { SideId } from '../battle/ids.ts';
import type { Entry, Input, Verdict } from '../battle/input.ts';
import type { Meter } from '../telemetry/meter.ts';
import { Answers } from './answers.ts';
import { Deadlines } from './deadlines.ts';
import { Inbox } from './inbox.ts';
import { LogWriter } from './log-writer.ts';
import { Publication } from './publication.ts';
import type { Scheduler } from './scheduler.ts';
import { GONE, refusal, type MoveReply, type Outlet, type SessionStart } from './session-ports.ts';

export class BattleSession {
  readonly battle: Battle;
  readonly deadlines: Deadlines;
  /** What the log says of itself, so far. */
  readonly logged: Pick<LogWriter, 'last' | 'startedAt'>;
  readonly #log: LogWriter;
  readonly #outlet: Outlet;
  readonly #meter: Meter;
  readonly #scheduler: Scheduler;
  readonly #inbox: Inbox;
  readonly #isTrusted: () => boolean;
  readonly #publication: Publication;
  readonly #answers: Answers;
  #state: 'starting' | 'live' | 'suspended' | 'ended' | 'closed' = 'starting';

  constructor(start: SessionStart) {
    this.battle = start.battle;
    this.#isTrusted = start.isTrusted;
    this.#log = new LogWriter(start, {
      // What waits behind the call that is repeated is told so.
      away: () => {
        this.suspend('store');
        this.#inbox.refuseWaiting();
      },
      back: () => this.wake(),
    });
    this.logged = this.#log;
    this.#outlet = start.outlet;
    this.#meter = start.meter;
    this.#scheduler = start.scheduler;
    this.#publication = new Publication(start);
    this.#inbox = new Inbox((error) => this.#fail(error));
    this.deadlines = new Deadlines(start.battle, start.clock, start.isNew, start.scheduler, () => {
      void this.#do(() => this.#meetDeadline());
    });
    this.#answers = new Answers({
      ...start,
      deadlines: this.deadlines,
      play: (input) => this.#play(input),
      append: (input) => this.#append(input),
      mayTell: () => this.#mayTell(),
    });
  }

  get isLive(): boolean {
    return this.#state === 'live';
  }

  get isSuspended(): boolean {
    return this.#state === 'suspended';
  }

  /** The end is recorded. */
  get hasEnded(): boolean {
    return this.#state === 'ended';
  }

  /** Takes the battle up: the owner's first append is `resume`; a log that replayed to an end is finished. */
  start(): Promise<void> {
    return this.#do(async () => {
      if (this.battle.outcome) await this.#finish();
      else await this.#resume();
    });
  }

  /** A player's answer. `rqid` says which request it answers; without it, the open one. */
  choose(side: SideId, text: string, rqid?: number): Promise<MoveReply> {
    return this.#whenOpen(() => this.#answers.take(side, text, rqid));
  }

  forfeit(side: SideId): Promise<MoveReply> {
    return this.#whenOpen(() => this.#answers.forfeit(side));
  }

  /** By the operator's word. */
  end(verdict: Verdict): Promise<MoveReply> {
    return this.#whenOpen(() => this.#answers.end(verdict));
  }

  /** The first connection of a side is there. Whether it had been away. */
  arrived(side: SideId): boolean {
    const isReturn = this.deadlines.arrived(side);
    this.#arm();
    return isReturn && this.isLive;
  }

  /** The last connection of a side is gone. */
  left(side: SideId): void {
    this.deadlines.left(side);
    this.#arm();
  }

  /** The store is away: no input is taken and clocks stand still until `wake`. */
  suspend(reason: string): void {
    if (!this.isLive) return;
    this.#state = 'suspended';
    this.deadlines.disarm();
    this.#outlet.paused(reason);
  }

  /** The store is back. The `resume` that starts the clocks again also tells whether the battle is still ours. */
  wake(): void {
    void this.#do(async () => {
      if (this.isSuspended && (await this.#resume())) this.#outlet.resumed();
    });
  }

  /** Another process has claimed the battle: nothing more is written. */
  lose(): void {
    void this.#do(async () => {
      if (this.isSuspended) this.#lose();
    });
  }

  /** Hands the battle back after what is being done, and does nothing more. */
  async stop(): Promise<void> {
    if (this.hasEnded || this.#state === 'closed') return;
    const isReachable = this.#state !== 'suspended';
    this.#state = 'closed';
    this.deadlines.disarm();
    if (isReachable) await this.#do(() => this.#log.release());
    this.#publication.drop();
  }

  /** A fault of ours outside the inbox: this battle ends void, the process goes on. */
  fault(error: unknown): void {
    void this.#do(() => this.#fail(error));
  }

  #do(task: () => Promise<void>): Promise<void> {
    return this.#inbox.run(task, () => undefined);
  }

  /** Looks twice: while an input waits behind another one, the battle may go to somebody else. */
  async #whenOpen(task: () => Promise<MoveReply>): Promise<MoveReply> {
    const askedAt = this.#scheduler.now();
    const reply = this.#closed() ?? (await this.#inbox.run(async () => this.#closed() ?? task(), refusal));
    const isTold =
      reply.kind === 'refused' ||
      !this.#publication.isPending ||
      // That it is in the log is said when it may be.
      (await this.#publication.settled());
    this.#meter.took('answer', this.#scheduler.now() - askedAt);
    return isTold ? reply : GONE;
  }

  /** What every input is answered just now; null when it is to be looked at. */
  #closed(): MoveReply | null {
    if (this.#state === 'suspended') return refusal('REDIS_UNAVAILABLE');
    return this.#state === 'closed' ? GONE : null;
  }

  /** Append, commit, publish. False when the battle is not ours any more. */
  async #play(input: Input): Promise<boolean> {
    const entry = await this.#append(input);
    if (!entry) return false;
    const { rqid } = this.battle;
    const begunAt = this.#scheduler.now();
    this.battle.apply(input);
    const isNewDecision = this.battle.rqid !== rqid;
    if (isNewDecision) this.#meter.took('commit', this.#scheduler.now() - begunAt);
    this.deadlines.note(entry, isNewDecision);
    this.#arm();
    this.#publication.note(input);
    if (this.#mayTell()) this.#publication.tell();
    if (this.battle.outcome) await this.#finish();
    return true;
  }

  /** Whether the others still take this process for alive. If not it holds still. */
  #mayTell(): boolean {
    if (this.#isTrusted()) return true;
    this.suspend('lease');
    return false;
  }

  /** Into the log, however long it takes. null when fenced. */
  async #append(input: Input): Promise<Entry | null> {
    const entry = await this.#log.append({ input, print: this.battle.fingerprint() });
    if (!entry) return this.#lose();
    if (input.type === 'resume') this.deadlines.note(entry, false);
    return entry;
  }

  /** Whether the battle goes on: the process may have been given up while it asked. */
  async #resume(): Promise<boolean> {
    if (!(await this.#append({ type: 'resume' }))) return false;
    if (this.#state === 'closed') return false;
    this.#state = this.#isTrusted() ? 'live' : 'suspended';
    if (this.isSuspended) return false;
    this.#publication.tell();
    this.#arm();
    return true;
  }

  #arm(): void {
    if (this.isLive && !this.battle.outcome) this.deadlines.arm();
    else this.deadlines.disarm();
  }

  /** Looks again at what is due: by the time the inbox comes to it, it may have been answered. */
  async #meetDeadline(): Promise<void> {
    if (!this.isLive || this.battle.outcome) return;
    const due = this.deadlines.due();
    if (due) await this.#answers.meet(due);
    this.#arm();
  }

  async #finish(): Promise<void> {
    this.deadlines.disarm();
    if (!(await this.#log.finish(this.battle))) {
      this.#lose();
      return;
    }
    this.#state = 'ended';
    // The store has just confirmed that the battle was ours.
    if (this.#publication.isPending) this.#publication.tell();
    this.#outlet.ended(this.battle.outcome!, this.deadlines.noShows(this.#log.last?.input));
  }

  #lose(): null {
    this.#state = 'closed';
    this.deadlines.disarm();
    this.#publication.drop();
    this.#outlet.fenced();
    return null;
  }

  /** The inbox threw: the battle cannot be trusted any more. It ends void, unrated. */
  async #fail(error: unknown): Promise<void> {
    if (this.hasEnded || this.#state === 'closed') return;
    this.#outlet.faulted(error);
    try {
      const end: Input = { type: 'void', why: 'sim-error' };
      if (!this.battle.outcome) {
        if (!(await this.#append(end))) return;
        this.battle.apply(end);
        this.#publication.note(end);
      }
      await this.#finish();
    } catch (second) {
      // Not even that can be written: leave it to the next owner, who replays what is in the log.
      this.#outlet.faulted(second);
      this.#lose();
    }
  }
}
