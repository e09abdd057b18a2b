/** When to look for battles without an owner: from time to time, and soon when something tells that one may be gone. */
import type { Scheduler } from '../rooms/scheduler.ts';

/** Milliseconds between two looks. */
export const SWEEP_MS = 2_000;
/** Hints come in bursts, one for each connection that breaks: so long they are gathered, in milliseconds. */
export const HINT_MS = 20;

export interface Sweeper {
  /** A process may be gone: look soon. After a look that is under way, one more. */
  hint(): void;
  stop(): void;
}

/** The first look is at once. `sweep` never rejects; it is never called while it is under way. */
export function startSweeper(sweep: () => Promise<void>, scheduler: Scheduler): Sweeper {
  let isUnderWay = false;
  let isHinted = false;
  let isStopped = false;
  let cancel = (): void => {};
  const arm = (ms: number): void => {
    cancel();
    cancel = scheduler.after(ms, () => void look());
  };
  const look = async (): Promise<void> => {
    isUnderWay = true;
    isHinted = false;
    await sweep();
    isUnderWay = false;
    if (!isStopped) arm(isHinted ? HINT_MS : SWEEP_MS);
  };
  void look();
  return {
    hint: () => {
      if (isHinted || isStopped) return;
      isHinted = true;
      if (!isUnderWay) arm(HINT_MS);
    },
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}
