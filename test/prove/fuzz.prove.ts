/** The full size of test/fuzz/fuzz.proof.ts. */
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { proveFuzz } from '../fuzz/fuzz.proof.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'Random input at every public surface is answered as the protocol says: no crash, nothing unhandled, no 5xx, memory flat.',
  seed: 60_606,
  async run(seed, report) {
    silenceSdk();
    const sizes = {
      http: 3_000,
      requestBytes: 400,
      frames: 2_000,
      wire: 600,
      moves: 1_000,
      choices: 20_000,
      teams: 1_000,
      tokens: 2_000,
    };
    return { ...(await proveFuzz({ seed, sizes, rounds: 25, report })) };
  },
};
