import { proveOrphans } from '../persistence/orphans.proof.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'Of 1,000 orphaned keys among living battles, tickets and processes one clean-up leaves none, and it touches nothing that lives.',
  seed: 1,
  run: (seed, report) => proveOrphans({ orphans: 1_000, battles: 200, tickets: 200, lanes: 8 }, seed, report),
};
