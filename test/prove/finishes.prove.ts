import { proveFinishes } from '../persistence/finishes.proof.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'Of 3,000 battles that end while drainers, Redis and PostgreSQL are killed with -9, each is recorded once and as it was played; every rating is an unbroken chain, equal to a recomputation.',
  seed: 1,
  run: (seed, report) =>
    proveFinishes(
      { battles: 3_000, users: 100, formats: 3, kills: { drainer: 24, redis: 12, postgres: 12 } },
      seed,
      report,
    ),
};
