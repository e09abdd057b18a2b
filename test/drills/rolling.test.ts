import { proveRolling } from './rolling.proof.ts';

describe('a rolling restart', () => {
  it('loses no battle, no choice and nobody in the queue', async function () {
    this.timeout(90_000);
    await proveRolling({ processes: 2, battles: 3, rounds: 1 }, 1, () => {});
  });
});
