/**
 * Recoveries one after another: a replay takes the thread for as long as a turn or two, and between two of them the
 * battles that run have theirs. What somebody waits for goes first, the rest in the order in which it came.
 */
import type { BattleId } from '../battle/ids.ts';

interface Job {
  readonly id: BattleId;
  readonly run: () => Promise<void>;
}

export class RecoveryPace {
  readonly #waiting: Job[] = [];
  readonly #awaited = new Set<BattleId>();
  #isBusy = false;

  /** Somebody waits for this battle, whether or not its recovery has been asked for yet. */
  hurry(id: BattleId): void {
    this.#awaited.add(id);
  }

  /** Settles as `recover` does, once it is its turn. At most one for each battle at a time. */
  run<T>(id: BattleId, recover: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ id, run: () => recover().then(resolve, reject) });
    if (!this.#isBusy) void this.#work();
    return promise;
  }

  /** Nobody waits for this battle any more. */
  done(id: BattleId): void {
    this.#awaited.delete(id);
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    for (let job = this.#next(); job; job = this.#next()) {
      await job.run();
      await new Promise(setImmediate);
    }
    this.#isBusy = false;
  }

  #next(): Job | undefined {
    const first = this.#waiting.findIndex(({ id }) => this.#awaited.has(id));
    return this.#waiting.splice(Math.max(first, 0), 1)[0];
  }
}
