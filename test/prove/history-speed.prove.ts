import { proveHistorySpeed } from '../persistence/history-speed.proof.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'At 100,000 battles of 20,000 users, lists, histories, ladders, ranks and searches are answered, and battles recorded, within 10 ms p95; 50 battles recorded a second hold the main loop up for less than 20 ms p99.',
  seed: 1,
  run: (seed, report) =>
    proveHistorySpeed(
      { battles: 100_000, users: 20_000, samples: 200, drain: { perSecond: 50, seconds: 25 } },
      seed,
      report,
    ),
};
