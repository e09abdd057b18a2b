import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { inSlices } from '../../src/http/slices.ts';

const request = (isGone = false): [IncomingMessage, ServerResponse] =>
  [{ socket: { destroyed: isGone } }, {}] as unknown as [IncomingMessage, ServerResponse];

const tick = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('requests in slices', () => {
  it('are handled in order, some in each turn of the event loop', async () => {
    let at = 0;
    const handled: unknown[] = [];
    // Each takes 2 of the 5 ms.
    const take = inSlices(
      (req) => {
        handled.push(req);
        at += 2;
      },
      () => at,
    );
    const all = Array.from({ length: 7 }, () => request());
    for (const one of all) take(...one);
    assert.equal(handled.length, 0);
    for (const count of [3, 6, 7, 7]) {
      await tick();
      assert.equal(handled.length, count);
    }
    assert.deepEqual(
      handled,
      all.map(([req]) => req),
    );
    take(...request());
    await tick();
    assert.equal(handled.length, 8);
  });

  it('are not handled for who has gone meanwhile', async () => {
    let count = 0;
    const take = inSlices(
      () => count++,
      () => 0,
    );
    for (const isGone of [true, false, true]) take(...request(isGone));
    await tick();
    assert.equal(count, 1);
  });
});
