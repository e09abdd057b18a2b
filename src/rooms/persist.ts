/** A call on the input log is never given up: it is repeated, identically, until the store has answered. */
import { StoreAway } from '../persistence/input-log/input-log.ts';
import type { Scheduler } from './scheduler.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** `onAway` is called after each failure; rejects only with what is not `StoreAway`. */
export async function persist<T>(
  call: () => Promise<T>,
  scheduler: Scheduler,
  onAway: () => void,
): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof StoreAway)) throw error;
      onAway();
    }
    await new Promise<void>((resolve) => {
      scheduler.after(pause, resolve);
    });
  }
}
