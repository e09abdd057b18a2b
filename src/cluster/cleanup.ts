/** The clean-up that comes by itself. Every process of a cluster does it: what one removes, the next does not find. */
import type { Cleaner } from '../persistence/cleaner.ts';
import type { Scheduler } from '../rooms/scheduler.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Milliseconds between two clean-ups. Nothing waits for them. */
export const CLEAN_UP_MS = 600_000;

/** Cleans up from time to time until the answer is called; what a clean-up fails at, the next one does. */
export function startCleanUps(cleaner: Cleaner, scheduler: Scheduler, logger: Logger): () => void {
  let cancel = (): void => {};
  let isStopped = false;
  const cleanUp = async (): Promise<void> => {
    try {
      const counts = await cleaner.cleanUp(false);
      if (Object.values(counts).some((count) => count > 0)) logger.info({ orphans: counts }, 'cleaned up');
    } catch (error) {
      logger.warn({ err: error }, 'the clean-up failed');
    }
    if (!isStopped) arm();
  };
  const arm = (): void => {
    cancel = scheduler.after(CLEAN_UP_MS, () => void cleanUp());
  };
  arm();
  return () => {
    isStopped = true;
    cancel();
  };
}
