import { proveFlat } from '../persistence/flat.proof.ts';
import { stopTestPostgres } from '../support/postgres.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'After 10,000 battles the keys in Redis and the heap, handles and open files of the server are where they were; what expires does so within ten minutes.',
  seed: 1,
  run: async (seed, report) => {
    try {
      const size = { battles: 10_000, warmUp: 1_000, players: 60, isHeapMeasured: true };
      return await proveFlat(size, seed, report);
    } finally {
      await stopTestPostgres();
    }
  },
};
