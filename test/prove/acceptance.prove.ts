import assert from 'node:assert/strict';
import { accept, FULL } from '../acceptance/acceptance.proof.ts';
import { stopTestPostgres } from '../support/postgres.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim: 'The twelve criteria of success are met, each with the figure that was measured.',
  seed: 1,
  run: async (seed, report) => {
    try {
      const answers = await accept(FULL, seed, report);
      const unmet = answers.filter(({ isMet }) => !isMet);
      assert.deepEqual(unmet, []);
      return Object.fromEntries(answers.map(({ name, figure }, index) => [`${index + 1} ${name}`, figure]));
    } finally {
      await stopTestPostgres();
    }
  },
};
