import { FORMATS } from '../../src/battle/format.ts';
import { teamsFor } from '../../loadtest/teams.ts';
import { proveCluster } from '../drills/cluster.proof.ts';
import { stopTestPostgres } from '../support/postgres.ts';
import type { Proof } from './proof.ts';

const formats = [...FORMATS.values()].filter(
  ({ id, teamRequired }) => !teamRequired || teamsFor(id).length > 0,
);

export const proof: Proof = {
  claim:
    'Of three processes under 160 battles one that has 50 or more is killed 200 times, among pauses past the lease, drains, Redis cut, killed and slow, and sockets cut and mute: no battle, no accepted choice and no line is lost, every battle ends once, and of the clients that the SDK is to bring back 99 % come back by themselves.',
  seed: 1,
  run: async (seed, report) => {
    try {
      const figures = await proveCluster(
        {
          processes: 3,
          battles: 160,
          hostedMin: 50,
          blows: {
            kill: 200,
            pause: 6,
            drain: 6,
            'redis cut': 4,
            'redis kill': 4,
            'redis slow': 4,
            'sockets cut': 4,
            'sockets mute': 4,
          },
          formats: formats.map(({ id }) => id),
          thinkMs: 3_000,
        },
        seed,
        report,
      );
      return { ...figures };
    } finally {
      await stopTestPostgres();
    }
  },
};
