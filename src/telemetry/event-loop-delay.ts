/** How long the main loop keeps its work waiting: over the last minute or so, and since the process has started. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Scheduler } from '../rooms/scheduler.ts';

/** Milliseconds. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoopDelayMonitor {
  /** The worse of two windows: the one under way, and the one before it. */
  read(): LoopDelay;
  sinceStart(): LoopDelay;
  stop(): void;
}

const WINDOW_MS = 30_000;
const RESOLUTION_MS = 20;
const NONE: LoopDelay = { p50: 0, p99: 0, max: 0 };

export function monitorLoopDelay(scheduler: Scheduler): LoopDelayMonitor {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const whole = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let before = NONE;
  let cancel = (): void => {};
  const turn = (): void => {
    before = delayOf(histogram);
    histogram.reset();
    cancel = scheduler.after(WINDOW_MS, turn);
  };
  histogram.enable();
  whole.enable();
  cancel = scheduler.after(WINDOW_MS, turn);
  return {
    read: () => worse(before, delayOf(histogram)),
    sinceStart: () => delayOf(whole),
    stop: () => {
      cancel();
      histogram.disable();
      whole.disable();
    },
  };
}

/** The histogram counts the pause that it makes itself. */
function delayOf(histogram: ReturnType<typeof monitorEventLoopDelay>): LoopDelay {
  if (histogram.count === 0) return NONE;
  const beyondPause = (nanoseconds: number): number =>
    Math.max(0, Math.round(nanoseconds / 10_000 - RESOLUTION_MS * 100) / 100);
  return {
    p50: beyondPause(histogram.percentile(50)),
    p99: beyondPause(histogram.percentile(99)),
    max: beyondPause(histogram.max),
  };
}

function worse(one: LoopDelay, other: LoopDelay): LoopDelay {
  return {
    p50: Math.max(one.p50, other.p50),
    p99: Math.max(one.p99, other.p99),
    max: Math.max(one.max, other.max),
  };
}
