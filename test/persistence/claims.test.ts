import { proveClaims } from './claims.proof.ts';

describe('claims', () => {
  it('are won by one, whose room is the one that is listed', async () => {
    await proveClaims({ claimants: 50, rounds: 25, processes: 2, connections: 3 }, 1, () => {});
  });
});
