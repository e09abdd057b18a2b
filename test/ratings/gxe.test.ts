/** GXE against known values, and its shape. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { gxe } from '../../src/ratings/gxe.ts';

const rating = fc.double({ min: -3000, max: 6000, noNaN: true });
const deviation = fc.double({ min: 25, max: 130, noNaN: true });

describe('gxe', () => {
  for (const [own, doubt, percent] of [
    [1500, 130, 50],
    [1500, 25, 50],
    [1800, 40, 83],
    [1200, 40, 17],
    [9000, 25, 100],
    [-9000, 25, 0],
  ] as const) {
    it(`is ${percent} for ${own} ± ${doubt}`, () => assert.equal(gxe(own, doubt), percent));
  }

  it('is a percentage to one decimal', () => {
    fc.assert(
      fc.property(rating, deviation, (own, doubt) => {
        const percent = gxe(own, doubt);
        assert.ok(percent >= 0 && percent <= 100);
        assert.equal(percent, Number(percent.toFixed(1)));
      }),
      { seed: 61 },
    );
  });

  it('rises with the rating and is drawn to 50 by doubt', () => {
    fc.assert(
      fc.property(rating, deviation, (own, doubt) => {
        assert.ok(gxe(own + 10, doubt) >= gxe(own, doubt));
        assert.ok(Math.abs(gxe(own, 130) - 50) <= Math.abs(gxe(own, doubt) - 50));
      }),
      { seed: 62 },
    );
  });
});
