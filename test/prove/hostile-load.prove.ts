/** The full size of test/security/hostile-load.proof.ts. */
import assert from 'node:assert/strict';
import { LIMITS } from '../../src/config/limits.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { proveHostileLoad } from '../security/hostile-load.proof.ts';
import type { Proof } from './proof.ts';

/** What the players of a battle may wait for their update. */
const P99_MAX_MS = 500;

export const proof: Proof = {
  claim:
    'While everything hostile is sent at once, 24 battles go on, and 99 of 100 updates come within half a second.',
  seed: 70_707,
  async run(seed, report) {
    silenceSdk();
    const size = {
      battles: 24,
      thinkMs: 1_000,
      rounds: 3,
      fuzz: { http: 5_000, requestBytes: 500, frames: 3_000, wire: 1_000, moves: 1_000, choices: 5_000, teams: 500, tokens: 1_000 },
      dripping: 500,
      silent: LIMITS.httpConnectionsPerAddress + 200,
      quietMs: 10_000,
    }; // prettier-ignore
    const figures = await proveHostileLoad({ seed, size, report });
    assert.ok(figures.attackedMs.p99 < P99_MAX_MS, `p99 ${figures.attackedMs.p99} ms`);
    return { ...figures };
  },
};
