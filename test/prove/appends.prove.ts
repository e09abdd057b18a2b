import { proveAppends } from '../persistence/appends.proof.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'Under 1,000 cuts in the middle of commands and replies no append of 8 battles lands twice, none is missing and none is out of order. Aim: p99 under 2 ms without cuts.',
  seed: 1,
  run: (seed, report) => proveAppends({ cuts: 1_000, battles: 8, measured: 20_000 }, seed, report),
};
