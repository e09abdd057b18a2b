/**
 * How many recoveries go on at once. Most of one is waiting for the store, so some are under way together; but a replay
 * takes the thread, so they are replayed one after the other, and the battles that run have their turns of the event loop
 * between. What somebody waits for goes first, the rest in the order in which it came.
 *
 * A suspect, a battle that owners have died replaying, is never under way beside another one: all that are count as
 * replaying when the process dies, and only the one it died of may be counted again and again.
 */
import type { BattleId } from '../battle/ids.ts';

/** Recoveries under way at once: at a second for each call of the store, still two battles a second. */
export const UNDER_WAY_MAX = 8;

interface Job {
  readonly id: BattleId;
  readonly isSuspect: boolean;
  readonly run: () => Promise<void>;
}

export class RecoveryPace {
  readonly #waiting: Job[] = [];
  readonly #awaited = new Set<BattleId>();
  readonly #underWay = new Set<Job>();
  readonly #replays: Pick<Job, 'id' | 'run'>[] = [];
  #isReplaying = false;

  /** Somebody waits for this battle, whether or not its recovery has been asked for yet. */
  hurry(id: BattleId): void {
    this.#awaited.add(id);
  }

  /** Settles as `recover` does, which begins when there is room for it. At most one for each battle at a time. */
  run<T>(id: BattleId, isSuspect: boolean, recover: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ id, isSuspect, run: () => recover().then(resolve, reject) });
    this.#begin();
    return promise;
  }

  /** Settles as `replay` does, which runs while no other one does, and from a turn of the event loop of its own on. */
  inTurn<T>(id: BattleId, replay: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#replays.push({ id, run: () => replay().then(resolve, reject) });
    if (!this.#isReplaying) void this.#replayAll();
    return promise;
  }

  /** Nobody waits for this battle any more. */
  done(id: BattleId): void {
    this.#awaited.delete(id);
  }

  #begin(): void {
    while (this.#underWay.size < UNDER_WAY_MAX) {
      const job = this.#next();
      if (!job) return;
      this.#underWay.add(job);
      void job.run().then(() => {
        this.#underWay.delete(job);
        this.#begin();
      });
    }
  }

  async #replayAll(): Promise<void> {
    this.#isReplaying = true;
    while (this.#replays.length > 0) {
      await new Promise(setImmediate);
      const [next] = this.#replays.splice(this.#replays.indexOf(this.#firstOf(this.#replays)!), 1);
      await next!.run();
    }
    this.#isReplaying = false;
  }

  #next(): Job | undefined {
    const isBarred = [...this.#underWay].some(({ isSuspect }) => isSuspect);
    const job = this.#firstOf(this.#waiting.filter(({ isSuspect }) => !(isSuspect && isBarred)));
    if (job) this.#waiting.splice(this.#waiting.indexOf(job), 1);
    return job;
  }

  #firstOf<J extends Pick<Job, 'id'>>(jobs: readonly J[]): J | undefined {
    return jobs.find(({ id }) => this.#awaited.has(id)) ?? jobs[0];
  }
}
