import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Tally } from '../src/tally.ts';

describe('Tally', () => {
  it('has at most so many of each key, and forgets who has none', () => {
    const steps = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), isTaken: fc.boolean() }));
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 4 }), (all, most) => {
        const tally = new Tally(most);
        const counts: Record<string, number> = { a: 0, b: 0, c: 0 };
        for (const { key, isTaken } of all) {
          if (isTaken) {
            assert.equal(tally.take(key), counts[key]! < most);
            counts[key] = Math.min(most, counts[key]! + 1);
          } else if (counts[key]! > 0) {
            tally.giveBack(key);
            counts[key]!--;
          }
          assert.equal(tally.keys, Object.values(counts).filter((count) => count > 0).length);
        }
      }),
      { seed: 6 },
    );
  });
});
