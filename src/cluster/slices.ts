/**
 * A long replay is done for some milliseconds at a time: in between the event loop looks at everything else, so that it
 * does not hold up the battles that run.
 */

/** Milliseconds. */
const SLICE_MS = 5;

/**
 * Takes all steps, some in each turn of the event loop. Resolves with what they end in; rejects with what they throw.
 * `now` in milliseconds, monotonic.
 */
export async function stepsInSlices<T>(steps: Iterator<unknown, T>, now: () => number): Promise<T> {
  for (;;) {
    const until = now() + SLICE_MS;
    do {
      const step = steps.next();
      if (step.done) return step.value;
    } while (now() < until);
    await new Promise(setImmediate);
  }
}
