import assert from 'node:assert/strict';
import type { LoadReport } from '../../loadtest/load/report.ts';
import { proveCrowd } from '../load/crowd.proof.ts';
import { stopTestPostgres } from '../support/postgres.ts';
import type { Proof } from './proof.ts';

const SIZE = {
  processes: 2,
  battles: 50,
  spectators: 400,
  thinkMs: [500, 1_500],
  rampS: 30,
  plateauS: 600,
  reconnects: 0.5,
  clientProcesses: 2,
  blows: 'none',
} as const;
const P99_MS = 500;
/** From the third minute, when caches are full, to the last one; no collection of garbage is forced. */
const HEAP_GROWTH_MAX = 0.2;
const MINUTE_WINDOWS = 12;

export const proof: Proof = {
  claim:
    '50 battles with two players and eight spectators each, on 2 processes for 10 minutes: no error, all are told the same and what is stored, updates within 500 ms (p99), and the heap stays where it was.',
  seed: 1,
  run: async (seed, report) => {
    try {
      const { report: told, checked } = await proveCrowd(SIZE, seed, report);
      const { plateau, servers, battles, errors } = told;
      const { updateCounts: _, ...totals } = plateau;
      const heapMiB = heapOverTime(told);
      const figures = { battles, checked, errors, heapMiB, servers, plateau: totals };
      const text = JSON.stringify(figures);
      assert.deepEqual(errors, {}, text);
      assert(plateau.update.p99 < P99_MS, text);
      assert(heapMiB.last <= (1 + HEAP_GROWTH_MAX) * heapMiB.third, text);
      return figures;
    } finally {
      await stopTestPostgres();
    }
  },
};

/** Means of a minute each, over all processes. */
function heapOverTime({ windows }: LoadReport): { readonly third: number; readonly last: number } {
  const heaps = windows
    .filter(({ phase }) => phase === 'plateau')
    .map(({ servers }) => servers.reduce((sum, { heapMiB }) => sum + (heapMiB ?? 0), 0))
    .filter((heap) => heap > 0);
  const mean = (values: readonly number[]): number =>
    Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
  return {
    third: mean(heaps.slice(2 * MINUTE_WINDOWS, 3 * MINUTE_WINDOWS)),
    last: mean(heaps.slice(-MINUTE_WINDOWS)),
  };
}
