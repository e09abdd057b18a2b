import { proveClaims } from '../persistence/claims.proof.ts';
import { stopTestPostgres } from '../support/postgres.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'Of 50 claimants at once, 1,000 times, one wins, on Redis and on PostgreSQL; the listed room is the winner’s, whoever lists, changes and removes late.',
  seed: 1,
  run: async (seed, report) => {
    try {
      return await proveClaims({ claimants: 50, rounds: 1_000, processes: 5, connections: 2 }, seed, report);
    } finally {
      await stopTestPostgres();
    }
  },
};
