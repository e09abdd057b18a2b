import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { inSlices } from '../../src/http/slices.ts';

const request = (isGone: boolean): [IncomingMessage, ServerResponse] =>
  [{ socket: { destroyed: isGone } }, {}] as unknown as [IncomingMessage, ServerResponse];

describe('requests in slices', () => {
  it('are not handled for who has gone meanwhile', async () => {
    let count = 0;
    const take = inSlices(
      () => count++,
      () => 0,
    );
    for (const isGone of [true, false, true]) take(...request(isGone));
    await new Promise(setImmediate);
    assert.equal(count, 1);
  });
});
