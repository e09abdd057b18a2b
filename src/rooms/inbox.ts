/** One battle's inputs, one at a time, in the order in which they came. */
interface Job {
  readonly run: () => Promise<void>;
  readonly refuse: (code: InboxRefusal) => void;
}

/** Why a job was not done. */
export type InboxRefusal = 'REDIS_UNAVAILABLE' | 'SERVER_ERROR';

export class Inbox {
  readonly #waiting: Job[] = [];
  readonly #onFault: (error: unknown) => Promise<void>;
  #isBusy = false;

  /** `onFault` is given what a job threw, before the next one runs. It must not reject. */
  constructor(onFault: (error: unknown) => Promise<void>) {
    this.#onFault = onFault;
  }

  /** Resolves with the job's answer, or with that of `refuse` when it was not done or threw. Never rejects. */
  run<T>(task: () => Promise<T>, refuse: (code: InboxRefusal) => T): Promise<T> {
    return new Promise((resolve) => {
      this.#waiting.push({
        run: async () => {
          resolve(await task());
        },
        refuse: (code) => {
          resolve(refuse(code));
        },
      });
      if (!this.#isBusy) void this.#work();
    });
  }

  /** Answers everything that waits. What is being done goes on. */
  refuseWaiting(): void {
    for (const job of this.#waiting.splice(0)) job.refuse('REDIS_UNAVAILABLE');
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) {
      try {
        await job.run();
      } catch (error) {
        await this.#onFault(error);
        job.refuse('SERVER_ERROR');
      }
    }
    this.#isBusy = false;
  }
}
