import { proveFacts } from '../battle/public-facts.proof.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim: 'What the state shows of a battle agrees with the objects of the sim after every update.',
  seed: 1,
  async run(seed) {
    return { ...proveFacts({ battles: 200, seed: `facts ${seed}` }) };
  },
};
