import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 10;

/** Resolves once `isTrue` answers true; rejects with `fault` when that takes longer than `patienceMs`. */
export async function until(isTrue: () => boolean, fault: string, patienceMs = 20_000): Promise<void> {
  const startedAt = performance.now();
  while (!isTrue()) {
    if (performance.now() - startedAt > patienceMs) throw new Error(fault);
    await sleep(POLL_MS);
  }
}
