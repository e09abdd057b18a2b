import { proveFlat } from './flat.proof.ts';

describe('battles that are over', () => {
  it('leave nothing in Redis that does not expire', async function () {
    this.timeout(60_000);
    await proveFlat({ battles: 20, warmUp: 4, players: 8, isHeapMeasured: false }, 1, () => {});
  });
});
