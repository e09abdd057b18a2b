/**
 * The owner's hand on the log of one battle: its entries, and calls that are never given up. While the store is away the
 * identical call is repeated, and the session is told so.
 */
import type { Battle } from '../battle/battle.ts';
import type { Entry, NewEntry } from '../battle/input.ts';
import type { BattleRecord } from '../battle/record.ts';
import { kindOf, type Meter } from '../telemetry/meter.ts';
import { persist } from './persist.ts';
import type { Scheduler } from './scheduler.ts';
import type { BattleLog, SessionStart } from './session-ports.ts';

export interface StoreEvents {
  /** A call has failed; called for each that does. */
  away(): void;
  /** It has been answered after all. */
  back(): void;
}

type WriterPorts = Pick<SessionStart, 'log' | 'entries' | 'scheduler' | 'meter'>;

export class LogWriter {
  readonly #log: BattleLog;
  readonly #entries: Entry[];
  readonly #scheduler: Scheduler;
  readonly #meter: Meter;
  readonly #events: StoreEvents;

  /** `entries`: of the owners before this one. */
  constructor({ log, entries, scheduler, meter }: WriterPorts, events: StoreEvents) {
    this.#log = log;
    this.#entries = [...entries];
    this.#scheduler = scheduler;
    this.#meter = meter;
    this.#events = events;
  }

  /** When the first entry was logged, by the store's clock. Milliseconds since the epoch; 0 while there is none. */
  get startedAt(): number {
    return this.#entries[0]?.at ?? 0;
  }

  get last(): Entry | undefined {
    return this.#entries.at(-1);
  }

  /** null when fenced. */
  async append(entry: NewEntry): Promise<Entry | null> {
    const askedAt = this.#scheduler.now();
    const result = await this.#persist(() => this.#log.append(this.#entries.length, entry));
    this.#meter.took('append', this.#scheduler.now() - askedAt);
    if (result.kind === 'conflict') throw new Error('The log is not as long as this battle.');
    if (result.kind === 'fenced') return null;
    const logged = { ...entry, at: result.at };
    this.#entries.push(logged);
    this.#meter.accepted(kindOf(entry.input));
    return logged;
  }

  /** Records the end of `battle`. False when fenced. */
  async finish(battle: Battle): Promise<boolean> {
    const record: BattleRecord = {
      opening: battle.opening,
      entries: this.#entries,
      outcome: battle.outcome!,
      lines: battle.channels.spectator,
      turns: battle.turn,
      startedAt: this.startedAt,
      endedAt: this.last?.at ?? this.startedAt,
    };
    const { kind } = await this.#persist(() => this.#log.finish(record));
    return kind === 'finished';
  }

  async release(): Promise<void> {
    await this.#log.release();
  }

  async #persist<T>(call: () => Promise<T>): Promise<T> {
    let wasAway = false;
    const answer = await persist(call, this.#scheduler, () => {
      wasAway = true;
      this.#events.away();
    });
    if (wasAway) this.#events.back();
    return answer;
  }
}
