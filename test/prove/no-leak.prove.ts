/** The full size of test/security/no-leak.proof.ts. */
import { FACT_KINDS } from '../security/hidden-facts.ts';
import { proveNoLeak } from '../security/no-leak.proof.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'With a hidden fact of p2 changed, p1 and spectators are sent the same bytes as long as the sim shows no difference.',
  seed: 20_261,
  run: (seed, report) => proveNoLeak({ kinds: FACT_KINDS, pairs: 30, seed, report }),
};
