import assert from 'node:assert/strict';
import { measureRecovery, type Speed } from '../drills/recovery-speed.proof.ts';
import { stopTestPostgres } from '../support/postgres.ts';
import type { Figures, Proof } from './proof.ts';

/** How long the SDK tries to come back, in milliseconds. */
const SDK_PATIENCE_MS = 56_000;
const KILLS = 3;

export const proof: Proof = {
  claim:
    'From kill -9 to the next accepted choice of the players: of some 50 battles over two survivors, and of some 250 on one survivor with one core, as far as this machine leaves it one.',
  seed: 1,
  run: async (seed, report) => {
    const many = { processes: 2, battles: 500, format: 'gen9randombattle', thinkMs: 12_000 };
    const some = { processes: 3, battles: 150, format: 'gen9randombattle', thinkMs: 6_000 };
    try {
      const fifty: Speed[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        report(`kill ${kill + 1} of ${KILLS} with 50 battles`);
        fifty.push(await measureRecovery(some, seed + kill));
      }
      report('a kill with 250 battles');
      const of250 = await measureRecovery(many, seed);
      return { of50: fifty.map(shown), of250: shown(of250) };
    } finally {
      await stopTestPostgres();
    }
  },
};

function shown(speed: Speed): Figures {
  assert(speed.nextAcceptedMs.max < SDK_PATIENCE_MS, JSON.stringify(speed));
  return { ...speed };
}
