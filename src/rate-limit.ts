/**
 * Token buckets, one per key, in one number each: the time at which the key's bucket will be full again. Memory is
 * bounded: beyond `keys` the key longest idle is forgotten, which can only be in its favour.
 */
import { LIMITS, type Rate } from './config/limits.ts';
import { CodedError } from './errors.ts';

export type Taken = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

export interface Buckets {
  /** Takes one token of `key`'s bucket. A refusal costs nothing. */
  take(key: string): Taken;
}

export interface BucketOptions extends Rate {
  /** Milliseconds, from a clock that does not go back. */
  readonly now: () => number;
  /** How many keys are remembered. */
  readonly keys?: number;
}

const MINUTE_MS = 60_000;

export function createBuckets({ perMinute, burst, now, keys = LIMITS.bucketKeys }: BucketOptions): Buckets {
  const perToken = MINUTE_MS / perMinute;
  const depth = perToken * burst;
  /** In order of last use, so that the first one is the longest idle. */
  const fullAt = new Map<string, number>();

  return {
    take(key) {
      const at = now();
      const next = Math.max(fullAt.get(key) ?? at, at) + perToken;
      // Half a millisecond of grace: sums of fractions of milliseconds must not cost a token.
      if (next - at > depth + 0.5) return { ok: false, retryAfterMs: Math.ceil(next - at - depth) };
      fullAt.delete(key);
      fullAt.set(key, next);
      if (fullAt.size > keys) forgetOldest(fullAt);
      return { ok: true };
    },
  };
}

function forgetOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}

/** Takes a token or throws `RATE_LIMITED`. */
export function spend(buckets: Buckets, key: string): void {
  const taken = buckets.take(key);
  if (!taken.ok) throw new CodedError('RATE_LIMITED', undefined, { retryAfterMs: taken.retryAfterMs });
}
