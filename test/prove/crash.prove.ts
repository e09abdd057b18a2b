import { FORMATS } from '../../src/battle/format.ts';
import { teamsFor } from '../../loadtest/teams.ts';
import { proveCrash } from '../drills/crash.proof.ts';
import type { Proof } from './proof.ts';

const formats = [...FORMATS.values()].filter(
  ({ id, teamRequired }) => !teamRequired || teamsFor(id).length > 0,
);

export const proof: Proof = {
  claim:
    'After 20 kills of the server, 10 of its database and 5 restarts, every battle goes on to its end; no accepted choice and no line is lost.',
  seed: 1,
  run: async (seed, report) => ({
    ...(await proveCrash(
      {
        battles: 10,
        serverKills: 20,
        postgresKills: 10,
        restarts: 5,
        formats: formats.map(({ id }) => id),
        thinkMs: 300,
      },
      seed,
      report,
    )),
  }),
};
