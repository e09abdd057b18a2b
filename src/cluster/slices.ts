/**
 * Long work is done for some milliseconds at a time: in between the event loop looks at everything else, so that neither
 * a rush of clients nor a long replay holds up battles. What comes alone waits for nothing.
 */

/** Milliseconds. */
const SLICE_MS = 5;

/** Does jobs in the order in which they come, some in each turn of the event loop. `now` in milliseconds, monotonic. */
export function jobsInSlices(now: () => number): (job: () => void) => void {
  const waiting: (() => void)[] = [];

  const work = (): void => {
    const until = now() + SLICE_MS;
    while (waiting.length > 0 && now() < until) waiting.shift()!();
    if (waiting.length > 0) setImmediate(work);
  };

  return (job) => {
    if (waiting.push(job) === 1) setImmediate(work);
  };
}

/** Takes all steps, some in each turn of the event loop. Resolves with what they end in; rejects with what they throw. */
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
