import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Histogram } from '../../loadtest/load/histogram.ts';
import { percentiles } from '../../loadtest/percentiles.ts';

const durations = fc.array(fc.double({ min: 0.02, max: 100_000, noNaN: true }), { minLength: 1 });

function counted(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

describe('a histogram', () => {
  it('knows every percentile to 1 %, and the mean and the most exactly', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const { count, max, ...told } = counted(values).percentiles();
        const exact = percentiles(values);
        for (const name of ['p50', 'p95', 'p99'] as const)
          assert(Math.abs(told[name] - exact[name]) <= 0.011 * exact[name] + 0.01, name);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        assert(Math.abs(told.mean - mean) <= 0.01);
        assert.deepEqual({ count, max }, { count: exact.count, max: exact.max });
      }),
      { seed: 1 },
    );
  });

  it('is the same whether one process counted or several', () => {
    fc.assert(
      fc.property(durations, durations, (here, there) => {
        const whole = Histogram.of([counted(here).counted(), counted(there).counted()]);
        const { mean, ...once } = counted([...here, ...there]).percentiles();
        const { mean: merged, ...added } = whole.percentiles();
        assert.deepEqual(added, once);
        assert(Math.abs(merged - mean) <= 0.011);
      }),
      { seed: 2 },
    );
  });

  it('is zero throughout when nothing was counted', () => {
    assert.deepEqual(new Histogram().percentiles(), { count: 0, mean: 0, p50: 0, p95: 0, p99: 0, max: 0 });
  });
});
