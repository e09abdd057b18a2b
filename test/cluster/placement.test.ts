import assert from 'node:assert/strict';
import { seededRandom } from '../../src/battle/random.ts';
import { chooseProcess } from '../../src/cluster/placement.ts';
import type { ProcessInfo } from '../../src/cluster/process-lease.ts';

const PLACEMENTS = 1_000;

function process(id: string, overrides: Partial<ProcessInfo> = {}): ProcessInfo {
  const own = { battles: 0, connections: 0, isDraining: false, startedAt: 0, engine: '1' };
  return { id, host: '127.0.0.1', port: 1, ...own, ...overrides };
}

/** Battles that each process gets; `isCounted`: each is known of before the next. */
function place(processes: readonly ProcessInfo[], isCounted: boolean): Map<string, number> {
  const random = seededRandom('placement');
  const placed = new Map<string, number>(processes.map(({ id }) => [id, 0]));
  for (let index = 0; index < PLACEMENTS; index++) {
    const known = processes.map((info) => ({
      ...info,
      battles: info.battles + (isCounted ? placed.get(info.id)! : 0),
    }));
    const { id } = chooseProcess(known, '1', random)!;
    placed.set(id, placed.get(id)! + 1);
  }
  return placed;
}

describe('the process that is to play a new battle', () => {
  it('is none where none takes battles', () => {
    const random = seededRandom('none');
    assert.equal(chooseProcess([], '1', random), undefined);
    const unable = [process('a', { isDraining: true }), process('b', { engine: '2' })];
    assert.equal(chooseProcess(unable, '1', random), undefined);
  });

  it('is never one that drains or has another engine, however empty', () => {
    const placed = place(
      [
        process('able', { battles: 9_999 }),
        process('draining', { isDraining: true }),
        process('foreign', { engine: '2' }),
      ],
      true,
    );
    assert.deepEqual(Object.fromEntries(placed), { able: PLACEMENTS, draining: 0, foreign: 0 });
  });

  for (const isCounted of [true, false]) {
    it(`is an empty third one often enough, and not always (counts ${isCounted ? 'new' : 'old'})`, () => {
      const full = { battles: 50 };
      const placed = place([process('a', full), process('b', full), process('c')], isCounted);
      assert(placed.get('c')! >= PLACEMENTS / 5);
      for (const id of ['a', 'b']) assert(placed.get(id)! >= PLACEMENTS / 10);
    });
  }

  it('leaves the load even in the end', () => {
    const placed = place([process('a', { battles: 50 }), process('b', { battles: 20 }), process('c')], true);
    const loads = [placed.get('a')! + 50, placed.get('b')! + 20, placed.get('c')!];
    assert(Math.max(...loads) - Math.min(...loads) <= 10, loads.join(' '));
  });
});
