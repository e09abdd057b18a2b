import { proveBotsSurvive } from '../drills/bot-kill.proof.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'Twelve battles against bots begin within 2 s each, survive four kills of the server, and end stored as they were told.',
  seed: 1,
  run: async (seed, report) => ({ ...(await proveBotsSurvive({ battles: 12, kills: 4 }, seed, report)) }),
};
