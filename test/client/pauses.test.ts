import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backOffMs, Pauses } from '../../client/src/pauses.ts';

describe('pauses between attempts', () => {
  it('double from 200 ms to 5 s, and lack up to half of that by chance', () => {
    fc.assert(
      fc.property(fc.nat(1_000), (attempt) => {
        const most = Math.min(5_000, 200 * 2 ** attempt);
        const ms = backOffMs(attempt);
        assert(ms >= most / 2 && ms <= most, `${ms} of ${most}`);
      }),
      { seed: 1 },
    );
    assert(new Set(Array.from({ length: 20 }, () => backOffMs(9))).size > 10);
  });

  it('end at once when there is a reason to hurry', async () => {
    const pauses = new Pauses();
    const both = Promise.all([pauses.sleep(1_000_000), pauses.sleep(2_000_000)]);
    pauses.hurry();
    await both;
  });

  it('end with who closes, and none begins after that', async () => {
    const pauses = new Pauses();
    const sleeping = assert.rejects(pauses.sleep(1_000_000), { code: 'CONNECTION_FAILED' });
    pauses.close();
    await sleeping;
    await assert.rejects(pauses.sleep(0), { code: 'CONNECTION_FAILED' });
  });
});
