import assert from 'node:assert/strict';
import { proveReplays } from './replays.proof.ts';

describe('replays', () => {
  it('are read back as the battles that were played', async () => {
    const figures = await proveReplays({ battles: 20, seed: 'small' }, () => {});
    assert.equal(figures.formats, 20);
    assert(figures.sidesCompared > 30);
  }).timeout(60_000);
});
