import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createBuckets, spend } from '../src/rate-limit.ts';

describe('createBuckets', () => {
  let at = 0;
  const now = () => at;
  beforeEach(() => (at = 1_000_000));

  it('gives the burst at once and then says when to come back', () => {
    const buckets = createBuckets({ perMinute: 60, burst: 3, now });
    for (let taken = 0; taken < 3; taken += 1) assert.deepEqual(buckets.take('a'), { ok: true });
    assert.deepEqual(buckets.take('a'), { ok: false, retryAfterMs: 1000 });
    at += 999;
    assert.deepEqual(buckets.take('a'), { ok: false, retryAfterMs: 1 });
    at += 1;
    assert.deepEqual(buckets.take('a'), { ok: true });
    assert.equal(buckets.take('a').ok, false);
  });

  it('keeps keys apart', () => {
    const buckets = createBuckets({ perMinute: 60, burst: 1, now });
    assert(buckets.take('a').ok);
    assert(buckets.take('b').ok);
    assert(!buckets.take('a').ok);
  });

  it('never holds more than the burst, however long it waited', () => {
    const buckets = createBuckets({ perMinute: 60, burst: 3, now });
    buckets.take('a');
    at += 3_600_000;
    const taken = Array.from({ length: 10 }, () => buckets.take('a').ok);
    assert.equal(taken.filter(Boolean).length, 3);
  });

  it('forgets the key longest idle beyond its bound', () => {
    const buckets = createBuckets({ perMinute: 60, burst: 1, now, keys: 2 });
    buckets.take('a');
    buckets.take('b');
    buckets.take('c');
    assert(!buckets.take('c').ok);
    assert(!buckets.take('b').ok);
    assert(buckets.take('a').ok);
  });

  it('does not take a key just used for an idle one', () => {
    const buckets = createBuckets({ perMinute: 60, burst: 2, now, keys: 2 });
    for (const key of ['a', 'b', 'a', 'c']) assert(buckets.take(key).ok);
    assert(!buckets.take('a').ok);
  });

  it('lets through no more than burst + rate, and never less than it promised', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 });
    const rates = fc.record({
      perMinute: fc.integer({ min: 1, max: 3000 }),
      burst: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(gaps, rates, (waits, rate) => {
        const buckets = createBuckets({ ...rate, now });
        const begunAt = at;
        let passed = 0;
        for (const wait of waits) {
          at += wait;
          const taken = buckets.take('a');
          if (taken.ok) passed += 1;
          else if (wait % 7 === 0) {
            at += taken.retryAfterMs;
            assert(buckets.take('a').ok);
            passed += 1;
          }
        }
        const most = rate.burst + ((at - begunAt + 1) * rate.perMinute) / 60_000;
        assert(passed <= most, `${passed} <= ${most}`);
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});

describe('spend', () => {
  it('throws RATE_LIMITED with the time to wait', () => {
    const buckets = createBuckets({ perMinute: 60, burst: 1, now: () => 0 });
    spend(buckets, 'a');
    assert.throws(() => spend(buckets, 'a'), { code: 'RATE_LIMITED', details: { retryAfterMs: 1000 } });
  });
});
