import { proveCrash } from './crash.proof.ts';

describe('a crash', () => {
  it('of the server or of its database costs no battle, no choice and no line', async function () {
    this.timeout(180_000);
    const formats = ['gen9randombattle', 'gen7randombattle', 'gen9vgc2025regi', 'gen8randomdoublesbattle'];
    await proveCrash(
      { battles: 4, serverKills: 2, postgresKills: 1, restarts: 0, formats, thinkMs: 500 },
      1,
      () => {},
    );
  });
});
