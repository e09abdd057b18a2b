import { proveZombies } from './zombie.proof.ts';

describe('a process that wakes up after its lease', () => {
  it('writes nothing, says nothing and lists nothing of battles that others have by then', async function () {
    this.timeout(60_000);
    await proveZombies({ processes: 2, pauses: 1, battles: 4 }, 1, () => {});
  });
});
