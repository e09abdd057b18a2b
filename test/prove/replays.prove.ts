import { stopTestPostgres } from '../support/postgres.ts';
import { proveReplays } from '../http/replays.proof.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = {
  claim:
    'Stored replays, read back through the public endpoint, are the lines that were played; @pkmn/client takes every line and reaches the recorded winner, turn and fainted Pokémon, and so does the replay page.',
  seed: 1,
  async run(seed, report) {
    try {
      return { ...(await proveReplays({ battles: 1_000, seed: `replays ${seed}` }, report)) };
    } finally {
      await stopTestPostgres();
    }
  },
};
