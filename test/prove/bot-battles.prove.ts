import { FORMATS } from '../../src/battle/format.ts';
import { teamsFor } from '../../loadtest/teams.ts';
import { proveBotBattles } from '../drills/bot-battles.proof.ts';
import type { Proof } from './proof.ts';

const formats = [...FORMATS.values()].filter(
  ({ id, teamRequired }) => !teamRequired || teamsFor(id).length > 0,
);

export const proof: Proof = {
  claim:
    '200 battles over real sockets, 20 at once in all formats, end and are stored once, as both were told.',
  seed: 1,
  run: (seed, report) =>
    proveBotBattles({ battles: 200, concurrency: 20, formats: formats.map(({ id }) => id) }, seed, report),
};
