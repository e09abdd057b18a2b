/** Time as rooms see it: a monotonic clock and one-shot timers. Tests pass their own. */
export interface Scheduler {
  /** Milliseconds, monotonic; the origin means nothing. */
  now(): number;
  /** Runs `task` once after `ms`; the answer cancels it. */
  after(ms: number, task: () => void): () => void;
}

/** The longest delay that Node's timers take, in milliseconds. */
const MAX_DELAY = 2 ** 31 - 1;

export const systemScheduler: Scheduler = {
  now: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, Math.min(Math.max(0, ms), MAX_DELAY));
    return () => {
      clearTimeout(timer);
    };
  },
};
