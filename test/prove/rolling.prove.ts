import { proveRolling } from '../drills/rolling.proof.ts';
import { stopTestPostgres } from '../support/postgres.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'Three processes under 30 battles are each restarted by SIGTERM, one after the other and twice over: no battle is lost or void, no accepted choice is missing, every user in a queue is told to come again and is matched, and every process ends in order within 15 s and leaves nothing in Redis.',
  seed: 1,
  run: async (seed, report) => {
    try {
      return await proveRolling({ processes: 3, battles: 30, rounds: 2 }, seed, report);
    } finally {
      await stopTestPostgres();
    }
  },
};
