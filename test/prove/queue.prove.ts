import { proveQueue } from '../drills/queue.proof.ts';
import { WATCHED } from '../drills/pairing-watch.ts';
import { emptied } from '../drills/queue-verdict.ts';
import { startCluster } from '../support/cluster.ts';
import { stopTestPostgres } from '../support/postgres.ts';
import { DURABLE } from '../support/redis.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'Of 5,000 users who queue at three processes while these die, also between pairing and opening, nobody meets himself, sits in two battles or meets a ghost, and everybody who stays has a battle or a place.',
  seed: 1,
  run: async (seed, report) => {
    const cluster = await startCluster(3, {}, { ...DURABLE, ...WATCHED });
    try {
      const size = { users: 5_000, crowd: 120, kills: 30, drains: 6 };
      const figures = await proveQueue(cluster, size, seed, report);
      if (figures.carriedOn === 0) throw new Error('no process died between pairing and opening');
      await emptied(cluster);
      return { ...figures };
    } finally {
      await cluster.dispose();
      await stopTestPostgres();
    }
  },
};
