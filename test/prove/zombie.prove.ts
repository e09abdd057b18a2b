import { proveZombies } from '../drills/zombie.proof.ts';
import { stopTestPostgres } from '../support/postgres.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'A hundred times an owner is paused past its lease, taken over and woken up: no append of it lands, no client gets a line from it that differs from the new owner’s, and the listing stays with the new one.',
  seed: 1,
  run: async (seed, report) => {
    try {
      return await proveZombies({ processes: 3, pauses: 100, battles: 4 }, seed, report);
    } finally {
      await stopTestPostgres();
    }
  },
};
