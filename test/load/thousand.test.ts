import assert from 'node:assert/strict';
import { proveCrowd } from './thousand.proof.ts';

describe('a crowd', () => {
  it('loses nothing when a process is killed under it', async function () {
    this.timeout(60_000);
    const { report, checked } = await proveCrowd(
      {
        processes: 2,
        battles: 4,
        spectators: 4,
        thinkMs: [300, 500],
        rampS: 0.3,
        plateauS: 3,
        reconnects: 1,
        clientProcesses: 2,
        isRolling: false,
      },
      1,
      () => {},
    );
    assert.deepEqual(
      report.marks.map(({ text }) => text),
      ['kill -9', 'started'],
    );
    assert(checked.battles >= 4 && checked.transcripts >= 12, JSON.stringify(checked));
  });
});
