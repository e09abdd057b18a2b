import { proveBotsSurvive } from './bot-kill.proof.ts';

describe('battles against bots', () => {
  it('begin soon, and go on with their bots after a kill', async function () {
    this.timeout(60_000);
    await proveBotsSurvive({ battles: 3, kills: 1 }, 1, () => {});
  });
});
