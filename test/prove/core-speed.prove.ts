import assert from 'node:assert/strict';
import { coreSpeed } from '../../loadtest/bench/core-speed.ts';
import type { Proof } from './proof.ts';

const FORMATS = ['gen9randombattle', 'gen9ou', 'gen1randombattle', 'gen9randomdoublesbattle'];
const SHARE_MIN = 0.95;

export const proof: Proof = {
  claim:
    'The core plays at least 0.95 times as many turns a second as the bare sim, also while it keeps the public facts.',
  seed: 1,
  async run(seed, report) {
    const figures = [];
    for (const format of FORMATS) {
      report(format);
      figures.push(await coreSpeed({ format, battles: 20, rounds: 9, seed: `core speed ${seed}` }));
    }
    for (const { format, coreShare, factsShare } of figures) {
      assert(coreShare >= SHARE_MIN, `${format}: ${coreShare} of the bare sim`);
      assert(factsShare >= SHARE_MIN, `${format}: ${factsShare} of the bare sim with the facts`);
    }
    return { formats: figures };
  },
};
