/** Time that passes when a test says so. */
import type { Scheduler } from '../../src/rooms/scheduler.ts';

interface Timer {
  readonly dueAt: number;
  readonly task: () => void;
}

/** Lets everything run that needs no time. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

export class FakeScheduler implements Scheduler {
  readonly #timers = new Set<Timer>();
  #now = 5_000_000;

  now(): number {
    return this.#now;
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.size;
  }

  after(ms: number, task: () => void): () => void {
    const timer = { dueAt: this.#now + Math.max(0, ms), task };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Lets `ms` pass, each timer at its time; what it sets off is done before the next. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (let timer = this.#next(until); timer; timer = this.#next(until)) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.dueAt);
      timer.task();
      await settle();
    }
    this.#now = until;
  }

  /** Time goes by without this process, as while it is stopped: what was due is done at the next `pass`. */
  skip(ms: number): void {
    this.#now += ms;
  }

  #next(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt <= until && (!next || timer.dueAt < next.dueAt)) next = timer;
    }
    return next;
  }
}
