import { proveAppends } from './appends.proof.ts';

describe('appends', () => {
  it('land once and in order while connections are cut in the middle of commands and replies', async function () {
    this.timeout(30_000);
    await proveAppends({ cuts: 100, battles: 8, measured: 100 }, 1, () => {});
  });
});
