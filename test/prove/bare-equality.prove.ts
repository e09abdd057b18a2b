import { proveBareEquality } from '../battle/bare-equality.proof.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'Lines and requests equal those of the bare sim through its own streams, for the same opening and inputs, and the lines pass the verifier of @pkmn/protocol but for two known kinds.',
  seed: 1,
  async run(seed) {
    return { ...(await proveBareEquality({ battles: 200, seed: `bare equality ${seed}` })) };
  },
};
