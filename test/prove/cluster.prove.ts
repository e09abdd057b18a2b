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
    'Three processes under 24 battles take 30 blows (kills, pauses past the lease, drains, Redis cut and killed), and no battle, no accepted choice and no line is lost.',
  seed: 1,
  run: async (seed, report) => {
    const blows = { kill: 12, pause: 6, drain: 6, 'redis cut': 3, 'redis kill': 3 };
    try {
      return await proveCluster(
        { processes: 3, battles: 24, blows, formats: formats.map(({ id }) => id), thinkMs: 500 },
        seed,
        report,
      );
    } finally {
      await stopTestPostgres();
    }
  },
};
