import { proveLadderLive } from './ladder-live.proof.ts';

describe('a live ladder', () => {
  it('shows every change to the watchers of every process, as GET /ladder has it', async function () {
    this.timeout(60_000);
    await proveLadderLive({ formats: ['gen1randombattle'], battles: 4 }, () => {});
  });
});
