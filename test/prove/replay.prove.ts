import { proveReplay } from '../battle/replay.proof.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'A battle is its opening and its input log: replayed whole, and cut anywhere and played on, it gives the same lines, requests and fingerprints.',
  seed: 1,
  async run(seed) {
    return { ...proveReplay({ battles: 480, seed: `replay ${seed}` }) };
  },
};
