/**
 * Brings ended battles from the input log in Redis into the database, each once: a record is written under its battle's
 * id unless it is there, and acknowledged last. So a drainer may die, and several may run, at any point.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BattleId, FormatId, UserId } from '../battle/ids.ts';
import type { BattleRecord } from '../battle/record.ts';
import { StoreAway } from './input-log/input-log.ts';
import type { Recorded } from './results/results.ts';

/** Records under way at once in one process: each costs the thread that plays the battles some milliseconds. */
export const DRAINERS = 3;
const POLL_MS = 200;
const FAILED_PAUSE_MS = 1_000;

export interface Taken {
  readonly id: BattleId;
  /** Throws where what was stored is no record. */
  readonly record: () => BattleRecord;
}

/** Set aside for good: no drainer sees it again. */
export type Postponed = 'later' | 'aside';

/** Battles that have ended and are not recorded. */
export interface OutboxFigures {
  readonly waiting: number;
  /** For the operator. */
  readonly aside: number;
  /** Since the last input of the oldest of those that are due first; null: none waits, or none has an input. */
  readonly oldestMs: number | null;
}

/** A battle that could not be recorded, for the operator. */
export interface AsideBattle {
  readonly battleId: BattleId;
  /** By the store's clock, milliseconds since the epoch. */
  readonly asideAt: number;
  readonly fault: string;
  /** null where what was stored does not even tell that. */
  readonly format: FormatId | null;
  readonly users: readonly UserId[];
}

/** Every method rejects with `StoreAway`. */
export interface Outbox {
  /** The battle that is due longest, for this caller alone until it has had time enough; null: none is due. */
  take(): Promise<Taken | null>;
  /** This one, likewise; null: it is not due, as when somebody has it in hand. */
  takeOne(id: BattleId): Promise<Taken | null>;
  /** It is recorded. */
  acknowledge(id: BattleId): Promise<void>;
  /** `fault`: what is wrong with it; null where it is not its own. */
  postpone(id: BattleId, fault: string | null): Promise<Postponed>;
}

export interface Recorder {
  /** null: it was there. Rejects with `StoreAway`; any other error blames the record. */
  record(record: BattleRecord): Promise<Recorded | null>;
}

export interface OutboxEvents {
  /** This drainer has recorded it. */
  recorded(recorded: Recorded): void;
  /** A battle is over and can not be recorded: somebody must look at it. */
  aside(id: BattleId, error: unknown): void;
  /** A store was away, or something broke; it is tried again. */
  failed(error: unknown): void;
}

export class OutboxDrainer {
  readonly #outbox: Outbox;
  readonly #recorder: Recorder;
  readonly #events: OutboxEvents;
  readonly #stopping = new AbortController();
  readonly #hurried = new Set<Promise<void>>();
  #running: Promise<void> = Promise.resolve();

  constructor(outbox: Outbox, recorder: Recorder, events: OutboxEvents) {
    this.#outbox = outbox;
    this.#recorder = recorder;
    this.#events = events;
  }

  /** Once. */
  start(): void {
    this.#running = this.#run();
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#running, ...this.#hurried]);
  }

  /** Does not wait for its turn. Never rejects. */
  async hurry(id: BattleId): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const hurried = this.#settleOne(id);
    this.#hurried.add(hurried);
    await hurried;
    this.#hurried.delete(hurried);
  }

  /** Until nothing is due. Rejects at the first call that a store does not answer; the rest stays due. */
  async drain(): Promise<void> {
    const drained = await Promise.allSettled(Array.from({ length: DRAINERS }, () => this.#drainInTurn()));
    for (const outcome of drained) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let pauseMs = POLL_MS;
      try {
        await this.drain();
      } catch (error) {
        this.#events.failed(error);
        pauseMs = FAILED_PAUSE_MS;
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  async #settleOne(id: BattleId): Promise<void> {
    try {
      const taken = await this.#outbox.takeOne(id);
      if (taken) await this.#settle(taken);
    } catch (error) {
      // Like any other it is tried again.
      this.#events.failed(error);
    }
  }

  async #drainInTurn(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const taken = await this.#outbox.take();
      if (!taken) return;
      await this.#settle(taken);
    }
  }

  async #settle({ id, record }: Taken): Promise<void> {
    let recorded: Recorded | null;
    try {
      recorded = await this.#recorder.record(record());
    } catch (error) {
      const fault = error instanceof StoreAway ? null : String(error);
      const postponed = await this.#outbox.postpone(id, fault);
      if (fault === null) throw error;
      if (postponed === 'aside') this.#events.aside(id, error);
      return;
    }
    if (recorded) this.#events.recorded(recorded);
    await this.#outbox.acknowledge(id);
  }
}
