import { proveThirdProcess } from '../drills/third-process.proof.ts';
import { startCluster } from '../support/cluster.ts';
import { stopTestPostgres } from '../support/postgres.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim: 'A third process that starts under load gets at least a fifth of the new battles of its first 60 s.',
  seed: 1,
  run: async (seed, report) => {
    const cluster = await startCluster(2);
    try {
      const size = { crowd: 12, loadMs: 20_000, windowMs: 60_000 };
      return { ...(await proveThirdProcess(cluster, size, seed, report)) };
    } finally {
      await cluster.dispose();
      await stopTestPostgres();
    }
  },
};
