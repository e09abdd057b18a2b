import { provePoison } from '../drills/poison.proof.ts';
import { stopTestPostgres } from '../support/postgres.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'A battle that loops for ever at its fifth turn takes five processes with it and no more; it ends void, and all other battles go on.',
  seed: 1,
  run: async (seed, report) => {
    try {
      return await provePoison({ processes: 3, battles: 12, deathsSpared: 0 }, seed, report);
    } finally {
      await stopTestPostgres();
    }
  },
};
