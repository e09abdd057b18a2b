import assert from 'node:assert/strict';
import { serverLoad } from '../../loadtest/server-load.ts';
import type { Proof } from './proof.ts';

const FULL = { bots: 100, thinkMs: 0, warmUpS: 30, windowS: 60, bareBattles: 40, format: 'gen9randombattle' };
const CALM = { ...FULL, bots: 40, thinkMs: 1_000, windowS: 40 };
const RATIO_MAX = 1.4;
const FULL_P99_MS = 100;
const CALM_P99_MS = 15;

export const proof: Proof = {
  claim:
    'With 100 bots that do not think, a turn costs the server at most 1.4 times the processor time that it costs the bare sim, and its updates are there within 100 ms (p99); within 15 ms at 20 battles with a second of thought.',
  seed: 1,
  async run(seed, report) {
    report('100 bots without thought');
    const full = await serverLoad({ ...FULL, seed: String(seed) });
    report('20 battles with a second of thought');
    const calm = await serverLoad({ ...CALM, seed: String(seed) });
    const figures = { full, calm };
    const told = JSON.stringify(figures);
    assert(full.ratio <= RATIO_MAX, told);
    assert(full.latencyMs.p99 < FULL_P99_MS, told);
    assert(calm.latencyMs.p99 < CALM_P99_MS, told);
    return figures;
  },
};
