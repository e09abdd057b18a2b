import { proveLadderLive } from '../drills/ladder-live.proof.ts';
import { stopTestPostgres } from '../support/postgres.ts';
import type { Proof } from './proof.ts';

const FORMATS = ['gen9randombattle', 'gen8randombattle', 'gen4randombattle', 'gen1randombattle'];

export const proof: Proof = {
  claim:
    'After 100 battles on a cluster of two processes each of the 200 changes is in the state of the room ladder of clients of both processes, within 500 ms (p99) of the end as the players are told it, and equal to GET /ladder.',
  seed: 1,
  run: async (_seed, report) => {
    try {
      return await proveLadderLive({ formats: FORMATS, battles: 25, limitMs: 500 }, report);
    } finally {
      await stopTestPostgres();
    }
  },
};
