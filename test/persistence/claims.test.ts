import { proveClaims } from './claims.proof.ts';

describe('claims', () => {
  it('are won by one, whose room is the one that is listed', async function () {
    this.timeout(60_000);
    await proveClaims({ claimants: 50, rounds: 20, processes: 2, connections: 3 }, 1, () => {});
  });
});
