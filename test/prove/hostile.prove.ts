/** The full size of test/security/hostile.proof.ts. */
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { proveHostile } from '../security/hostile.proof.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'Every hostile payload gets what the protocol says; nothing of it runs, no token is logged, nobody else notices.',
  seed: 20_262,
  async run(seed, report) {
    silenceSdk();
    return { ...(await proveHostile({ seed, rounds: 8, mutants: 10_000, report })) };
  },
};
