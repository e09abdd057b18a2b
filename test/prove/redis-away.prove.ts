import { proveRedisAway } from '../drills/redis-away.proof.ts';
import { stopTestPostgres } from '../support/postgres.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'Redis is gone for 30 s, mute for 5 minutes and restarted 10 times: no battle is lost or taken over, what needs it is refused in under a second, and all goes on when it is back.',
  seed: 1,
  run: async (seed, report) => {
    const outages = [
      { ms: 30_000, isMute: false },
      { ms: 300_000, isMute: true },
    ];
    try {
      return await proveRedisAway({ processes: 3, battles: 12, outages, restarts: 10 }, seed, report);
    } finally {
      await stopTestPostgres();
    }
  },
};
