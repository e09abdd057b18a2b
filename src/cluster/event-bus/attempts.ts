/** One try of something that may hang, and several tries of it. */
import type { Scheduler } from '../../rooms/scheduler.ts';

/** Milliseconds before the second, third and fourth try. */
export const RETRY_WAITS_MS = [100, 200, 400] as const;

/** A client of a store that is away holds its commands back until it returns; nobody waits for that here. */
export const ATTEMPT_MS = 1_000;

/** Rejects as `task` does or throws, or when it has not come to an end within `ATTEMPT_MS`. */
export function attempt(scheduler: Scheduler, task: () => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = scheduler.after(ATTEMPT_MS, () => reject(new Error('No answer in time.')));
    const run = async (): Promise<void> => {
      await task();
    };
    void run().then(resolve, reject).finally(cancel);
  });
}

/** Rejects with what the last try failed of. */
export async function attemptOften(scheduler: Scheduler, task: () => unknown): Promise<void> {
  for (const wait of RETRY_WAITS_MS) {
    try {
      await attempt(scheduler, task);
      return;
    } catch {
      await new Promise<void>((resolve) => {
        scheduler.after(wait, resolve);
      });
    }
  }
  await attempt(scheduler, task);
}
