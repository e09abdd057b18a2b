import { proveLegalChoices } from '../battle/legal-choice.proof.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'The random legal choice is never refused, and every kind of answer occurs, in all formats on offer.',
  seed: 1,
  async run(seed) {
    return { ...proveLegalChoices({ requests: 10_000, seed: `legal choices ${seed}` }) };
  },
};
