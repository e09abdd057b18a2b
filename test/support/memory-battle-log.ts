/** The log of one battle in memory, with a clock of its own and the moods of a store: slow, away, somebody else's. */
import type { Entry, NewEntry } from '../../src/battle/input.ts';
import type { BattleRecord } from '../../src/battle/record.ts';
import { StoreAway, type AppendResult } from '../../src/persistence/input-log/input-log.ts';
import type { BattleLog } from '../../src/rooms/session-ports.ts';

/** A call that fails: before it took effect, or after, when only the answer is lost. */
export type Failure = 'before' | 'after';

export class MemoryBattleLog implements BattleLog {
  readonly entries: Entry[];
  /** Lengths that were appended at, repetitions too. */
  readonly calls: number[] = [];
  /** What `finish` was given, each time. */
  readonly records: BattleRecord[] = [];
  releases = 0;
  /** Another owner has claimed the battle. */
  isFenced = false;
  /** … and does so right after the next append. */
  fenceAfterAppend = false;
  readonly #now: () => number;
  readonly #failures: Failure[] = [];
  #gate: Promise<void> = Promise.resolve();

  constructor(now: () => number, entries: readonly Entry[] = []) {
    this.#now = now;
    this.entries = [...entries];
  }

  /** The next calls fail, one for each. */
  fail(...failures: readonly Failure[]): void {
    this.#failures.push(...failures);
  }

  /** Calls do not come through until the answer is called. */
  hold(): () => void {
    let open = (): void => {};
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    return () => {
      open();
    };
  }

  append(length: number, entry: NewEntry): Promise<AppendResult> {
    this.calls.push(length);
    return this.#call(() => this.#append(length, entry));
  }

  finish(record: BattleRecord): Promise<{ readonly kind: 'finished' | 'fenced' }> {
    return this.#call(() => {
      if (this.isFenced) return { kind: 'fenced' };
      this.records.push({ ...record, entries: [...record.entries], lines: [...record.lines] });
      return { kind: 'finished' };
    });
  }

  release(): Promise<unknown> {
    return this.#call(() => {
      if (!this.isFenced) this.releases++;
      return {};
    });
  }

  async #call<T>(act: () => T): Promise<T> {
    await this.#gate;
    const failure = this.#failures.shift();
    if (failure === 'before') throw new StoreAway();
    const answer = act();
    if (failure === 'after') throw new StoreAway();
    return answer;
  }

  #append(length: number, entry: NewEntry): AppendResult {
    if (this.isFenced) return { kind: 'fenced' };
    const last = this.entries.at(-1);
    if (length === this.entries.length) {
      const at = Math.max(last?.at ?? 0, Math.round(this.#now()));
      this.entries.push({ ...entry, at });
      this.isFenced = this.fenceAfterAppend;
      return { kind: 'appended', at };
    }
    const isRepeat = last && length === this.entries.length - 1 && isSame(last, entry);
    return isRepeat ? { kind: 'appended', at: last.at } : { kind: 'conflict' };
  }
}

function isSame(logged: Entry, { input, print }: NewEntry): boolean {
  return JSON.stringify(logged.input) === JSON.stringify(input) && logged.print === print;
}
