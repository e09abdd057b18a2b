/** How long a store takes to answer. Each choice of a player waits for it once. */
import { fault, type Finding, ok, warn } from './finding.ts';

const TRIES = 15;
const SLOW_MS = 5;
const TOO_SLOW_MS = 100;

/** The median of some round trips, in milliseconds. */
export async function latencyOf(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let tries = 0; tries < TRIES; tries += 1) {
    const askedAt = performance.now();
    await ask();
    times.push(performance.now() - askedAt);
  }
  return times.sort((a, b) => a - b)[Math.floor(TRIES / 2)]!;
}

export function judgeLatency(whose: string, ms: number): Finding {
  const text = `${whose} answers in ${ms.toFixed(1)} ms`;
  if (ms >= TOO_SLOW_MS) return fault(text, 'put it into the same network as the server');
  if (ms >= SLOW_MS) return warn(text, 'the same zone would be better: every choice waits for it');
  return ok(`${text}.`);
}
