import { proveSeries } from '../bots/bots.proof.ts';
import type { Proof } from './proof.ts';

const BATTLES = 400;

export const proof: Proof = {
  claim:
    'Over 400 gen9randombattles each, the greedy bot beats the random one in at least 90 %, and the one that looks ahead beats the greedy one in at least 60 %.',
  seed: 1,
  run: async (seed, report) => {
    const greedy = await proveSeries({ better: 'greedy', worse: 'random', battles: BATTLES, seed }, report);
    const series = { better: 'looking-ahead', worse: 'greedy', battles: BATTLES, seed } as const;
    const lookingAhead = await proveSeries(series, report);
    if (greedy.rate < 0.9 || lookingAhead.rate < 0.6)
      throw new Error(JSON.stringify({ greedy, lookingAhead }, null, 2));
    return { greedy, lookingAhead };
  },
};
