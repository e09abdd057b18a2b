import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chartOf } from '../../web/src/profile/chart.ts';

const elos = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 101 });

describe('the chart of a rating', () => {
  it('has a point for every rating, in order, and none outside', () => {
    fc.assert(
      fc.property(elos, (course) => {
        const { points } = chartOf(course);
        assert.equal(points.length, course.length);
        points.forEach(({ x, y }, index) => {
          assert(x >= 0 && x <= 100 && y >= 0 && y <= 100, `${x} ${y}`);
          assert(index === 0 || x > points[index - 1]!.x);
          assert(index === 0 || Math.sign(y - points[index - 1]!.y) === Math.sign(course[index - 1]! - course[index]!)); // prettier-ignore
        });
      }),
    );
  });

  it('has few marks, from edge to edge, that ratings lie between', () => {
    fc.assert(
      fc.property(elos, (course) => {
        const { marks } = chartOf(course);
        assert(marks.length >= 2 && marks.length <= 6, `${marks.length}`);
        assert.deepEqual([marks[0]!.y, marks.at(-1)!.y], [100, 0]);
        assert(marks[0]!.elo <= Math.min(...course) && marks.at(-1)!.elo >= Math.max(...course));
      }),
    );
  });
});
