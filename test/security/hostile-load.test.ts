/** Fuzz of every public input while battles go on, in small; the full sizes are in test/prove. */
import assert from 'node:assert/strict';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { proveHostileLoad } from './hostile-load.proof.ts';

const FUZZ = {
  http: 400,
  requestBytes: 60,
  frames: 360,
  wire: 90,
  moves: 240,
  choices: 2_000,
  teams: 100,
  tokens: 300,
};

describe('hostile input while battles go on', () => {
  before(() => silenceSdk());

  it('gets answers of the protocol at every surface, and the battles go on', async function () {
    this.timeout(90_000);
    const size = { battles: 3, thinkMs: 50, rounds: 0, fuzz: FUZZ, dripping: 0, silent: 0, quietMs: 0 };
    const { fuzzed, turns } = await proveHostileLoad({ seed: 6, size });
    const { statuses, moves, frames } = fuzzed;
    // It reached what lies behind the refusals.
    assert.ok(
      statuses['200']! > 20 && statuses['404']! > 20 && statuses['422']! > 20,
      JSON.stringify(statuses),
    );
    assert.ok(moves.accepted > 20, `${moves.accepted} choices were accepted`);
    assert.equal(frames.frames, FUZZ.frames);
    assert.ok(turns > 10, `${turns} turns were played`);
  });
});
