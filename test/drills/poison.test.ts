import { provePoison } from './poison.proof.ts';

describe('a battle that hangs whoever plays it', () => {
  it('is given up, and all others go on', async function () {
    this.timeout(90_000);
    await provePoison({ processes: 2, battles: 2, deathsSpared: 4 }, 1, () => {});
  });
});
