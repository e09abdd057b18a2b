import { proveCluster } from './cluster.proof.ts';

describe('a cluster', () => {
  it('loses no battle, no choice and no line to a kill, a drain and a pause of its processes', async function () {
    this.timeout(120_000);
    const blows = { kill: 1, drain: 1, pause: 1 };
    const formats = ['gen9randombattle', 'gen7randombattle', 'gen9vgc2025regi', 'gen8randomdoublesbattle'];
    await proveCluster({ processes: 2, battles: 4, blows, formats, thinkMs: 500 }, 1, () => {});
  });
});
