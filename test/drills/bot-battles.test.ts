import { proveBotBattles } from './bot-battles.proof.ts';

describe('battles between bots', () => {
  it('all end, and are stored once and as both players were told', async function () {
    this.timeout(60_000);
    const formats = ['gen9randombattle', 'gen1ou', 'gen9vgc2025regi', 'gen8randomdoublesbattle', 'gen7ou'];
    await proveBotBattles({ battles: 20, concurrency: 8, formats }, 1, () => {});
  });
});
