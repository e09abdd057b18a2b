/** The clean-ups that come by themselves. Every process of a cluster does them: what one removes, the next does not find. */
import type { Scheduler } from '../rooms/scheduler.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Milliseconds between two clean-ups, and to the first one. Nothing waits for them. */
export const CLEAN_UP_MS = 600_000;
/** Milliseconds between two removals of what is too old. */
export const RETENTION_MS = 3_600_000;

interface Cleaner {
  /** Counts by what was removed. */
  cleanUp(isDryRun: false): Promise<Readonly<Record<string, number>>>;
}

/** Cleans up from time to time until the answer is called; what a clean-up fails at, the next one does. */
export function startCleanUps(
  cleaner: Cleaner,
  everyMs: number,
  scheduler: Scheduler,
  logger: Logger,
): () => void {
  let cancel = (): void => {};
  let isStopped = false;
  const cleanUp = async (): Promise<void> => {
    try {
      const counts = await cleaner.cleanUp(false);
      if (Object.values(counts).some((count) => count > 0)) logger.info({ removed: counts }, 'cleaned up');
    } catch (error) {
      logger.warn({ err: error }, 'the clean-up failed');
    }
    if (!isStopped) arm(everyMs);
  };
  const arm = (ms: number): void => {
    cancel = scheduler.after(ms, () => void cleanUp());
  };
  arm(CLEAN_UP_MS);
  return () => {
    isStopped = true;
    cancel();
  };
}
