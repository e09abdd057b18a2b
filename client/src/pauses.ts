/** Waiting that can be cut short or called off. Nothing of it outlives `close`. */
import { closed } from './errors.ts';

const FIRST_MS = 200;
const LONGEST_MS = 5_000;

interface Pause {
  readonly timer: ReturnType<typeof setTimeout>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class Pauses {
  readonly #pauses = new Set<Pause>();
  #isClosed = false;

  /** Rejects when this is closed. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(closed());
        return;
      }
      const pause = { timer: setTimeout(() => this.#end(pause), ms), resolve, reject };
      this.#pauses.add(pause);
    });
  }

  /** Every pause ends at once. */
  hurry(): void {
    for (const pause of this.#pauses) this.#end(pause);
  }

  close(): void {
    this.#isClosed = true;
    for (const { timer, reject } of this.#pauses) {
      clearTimeout(timer);
      reject(closed());
    }
    this.#pauses.clear();
  }

  #end(pause: Pause): void {
    clearTimeout(pause.timer);
    this.#pauses.delete(pause);
    pause.resolve();
  }
}

/** Before the attempt with this number, from 0. By chance, so that a server's clients do not all come back at once. */
export function backOffMs(attempt: number): number {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return most * (0.5 + Math.random() / 2);
}
