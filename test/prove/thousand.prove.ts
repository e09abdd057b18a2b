import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { reportPage } from '../../loadtest/load/page.ts';
import { proveCrowd } from '../load/crowd.proof.ts';
import { stopTestPostgres } from '../support/postgres.ts';
import type { Proof } from './proof.ts';

const SIZE = {
  processes: 2,
  battles: 250,
  spectators: 500,
  thinkMs: [500, 1_500],
  rampS: 60,
  plateauS: 600,
  reconnects: 0.5,
  clientProcesses: 2,
  blows: 'kill and restart',
} as const;
/** The run as it went, to look at. */
const PAGE = new URL('../../docs/proofs/thousand.html', import.meta.url);
const MEAN_MS = 100;
const P99_MS = 500;
const LOOP_DELAY_P99_MS = 50;
const CONNECTIONS = 1_000;
/** Between two battles a player has no connection to one. */
const PRESENT_SHARE = 0.95;

export const proof: Proof = {
  claim:
    '250 battles at human pace and 500 spectators on 2 processes for 10 minutes on 2 cores, with one kill -9 and one rolling restart: nothing is lost, from the last choice to the update under 100 ms in the mean and 500 ms (p99), the event loops delayed by less than 50 ms (p99).',
  seed: 1,
  run: async (seed, report) => {
    try {
      const { report: told, checked } = await proveCrowd(SIZE, seed, report);
      writeFileSync(PAGE, reportPage(told));
      const { windows: _, faults: __, thresholds: ___, plateau, ...rest } = told;
      const { updateCounts: ____, ...totals } = plateau;
      const figures = { ...rest, plateau: totals, checked };
      const text = JSON.stringify(figures);
      assert(plateau.update.mean < MEAN_MS && plateau.update.p99 < P99_MS, text);
      assert((told.servers.loopDelayP99 ?? Infinity) < LOOP_DELAY_P99_MS, text);
      assert(plateau.connections.p50 >= PRESENT_SHARE * CONNECTIONS, text);
      return figures;
    } finally {
      await stopTestPostgres();
    }
  },
};
