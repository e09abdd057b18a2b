/** Asks the store each beat whether it is there: battles rest while it is not, and orphans are taken up while it is. */
import type { Scheduler } from '../rooms/scheduler.ts';

/** Milliseconds between two questions. */
export const BEAT_MS = 1_000;
/** Beats between two sweeps. */
const SWEEP_BEATS = 10;

export interface StoreWatch {
  stop(): void;
}

export interface StoreEvents {
  away(): void;
  back(): void;
  /** May reject; the next one comes in time. */
  sweep(): Promise<void>;
  failed(error: unknown): void;
}

/** The first sweep is at once. */
export function watchStore(
  store: { ping(): Promise<boolean> },
  scheduler: Scheduler,
  events: StoreEvents,
): StoreWatch {
  let isStopped = false;
  let cancel = (): void => {};
  const beat = async (count: number): Promise<void> => {
    const isUp = await store.ping();
    if (isStopped) return;
    if (isUp) events.back();
    else events.away();
    if (isUp && count % SWEEP_BEATS === 0)
      await events.sweep().catch((error: unknown) => events.failed(error));
    if (!isStopped) cancel = scheduler.after(BEAT_MS, () => void beat(isUp ? count + 1 : 0));
  };
  void beat(0);
  return {
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}
