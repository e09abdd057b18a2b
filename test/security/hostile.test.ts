/** Hostile input, once through the corpus; the full size is test/prove/hostile.prove.ts. */
import assert from 'node:assert/strict';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { proveHostile } from './hostile.proof.ts';

describe('hostile input', () => {
  before(() => silenceSdk());

  it('gets what the protocol says, and nothing else happens', async function () {
    this.timeout(90_000);
    const { payloads, bystanderTurns } = await proveHostile({ seed: 7, rounds: 1, mutants: 200 });
    assert.ok(payloads >= 300);
    assert.ok(bystanderTurns > 10);
  });
});
