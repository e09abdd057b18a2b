/** Durations counted in buckets 2 % wide: small however many they are, and what two processes counted can be added up. */
import type { Percentiles } from '../percentiles.ts';

/** As it goes from one process to another. */
export interface Counted {
  readonly buckets: readonly (readonly [bucket: number, count: number])[];
  readonly sum: number;
  readonly max: number;
}

const WIDTH = 1.02;
/** What is shorter is told as this. Milliseconds. */
const LEAST_MS = 0.01;

export class Histogram {
  readonly #buckets = new Map<number, number>();
  #count = 0;
  #sum = 0;
  #max = 0;

  static of(parts: Iterable<Counted>): Histogram {
    const whole = new Histogram();
    for (const part of parts) whole.merge(part);
    return whole;
  }

  get count(): number {
    return this.#count;
  }

  /** 0 for none, as all the figures. */
  get mean(): number {
    return this.#count === 0 ? 0 : rounded(this.#sum / this.#count);
  }

  add(ms: number): void {
    const bucket = Math.round(Math.log(Math.max(ms, LEAST_MS)) / Math.log(WIDTH));
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    this.#count++;
    this.#sum += ms;
    this.#max = Math.max(this.#max, ms);
  }

  merge({ buckets, sum, max }: Counted): void {
    for (const [bucket, count] of buckets) {
      this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count);
      this.#count += count;
    }
    this.#sum += sum;
    this.#max = Math.max(this.#max, max);
  }

  /** Nearest rank, true to 1 %. */
  percentile(share: number): number {
    let left = Math.max(1, Math.ceil(share * this.#count));
    for (const [bucket, count] of this.#sorted()) {
      left -= count;
      if (left <= 0) return rounded(Math.min(WIDTH ** bucket, this.#max));
    }
    return 0;
  }

  percentiles(): Percentiles & { readonly mean: number } {
    const at = (share: number): number => this.percentile(share);
    const { count, mean } = this;
    return { count, mean, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: rounded(this.#max) };
  }

  counted(): Counted {
    return { buckets: this.#sorted(), sum: this.#sum, max: this.#max };
  }

  #sorted(): [number, number][] {
    return [...this.#buckets].sort(([a], [b]) => a - b);
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
