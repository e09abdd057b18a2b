import assert from 'node:assert/strict';
import { stepsInSlices } from '../../src/cluster/slices.ts';

const tick = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('work in slices', () => {
  let at: number;
  let done: number[];
  beforeEach(() => {
    at = 0;
    done = [];
  });

  /** Takes 2 of the 5 ms. */
  const piece = (index: number): void => {
    done.push(index);
    at += 2;
  };

  function* steps(count: number): Generator<undefined, string> {
    for (let index = 0; index < count; index++) {
      piece(index);
      yield;
    }
    return 'the end';
  }

  it('takes steps in order, some in each turn of the event loop', async () => {
    const end = stepsInSlices(steps(7), () => at);
    for (const count of [3, 6, 7]) {
      assert.equal(done.length, count);
      await tick();
    }
    assert.equal(await end, 'the end');
    assert.deepEqual(done, [0, 1, 2, 3, 4, 5, 6]);
  });

  it('ends at once where there is nothing to do', async () => {
    assert.equal(await stepsInSlices(steps(0), () => at), 'the end');
  });

  it('rejects with what a step throws', async () => {
    // oxlint-disable-next-line require-yield
    function* failing(): Generator<undefined, string> {
      throw new Error('no');
    }
    await assert.rejects(
      stepsInSlices(failing(), () => at),
      /^Error: no$/,
    );
  });
});
