/** Answers "which is the smallest rank between these two indices?" in O(log n) while ranks come and go: a segment tree. */
export const NONE = 0x7fffffff;

export class OldestInRange {
  readonly #size: number;
  /** Leaves from `#size` on; node i holds the smaller of nodes 2i and 2i + 1. */
  readonly #nodes: Int32Array;

  constructor(ranks: readonly number[]) {
    this.#size = ranks.length;
    this.#nodes = new Int32Array(2 * this.#size).fill(NONE);
    this.#nodes.set(ranks, this.#size);
    for (let node = this.#size - 1; node > 0; node--) this.#update(node);
  }

  /** `NONE` takes the index out. */
  set(index: number, rank: number): void {
    let node = index + this.#size;
    this.#nodes[node] = rank;
    for (node >>= 1; node > 0; node >>= 1) this.#update(node);
  }

  /** The smallest rank at an index in `from <= index < to`; `NONE` if there is none. */
  smallest(from: number, to: number): number {
    let best = NONE;
    let left = from + this.#size;
    let right = to + this.#size;
    for (; left < right; left >>= 1, right >>= 1) {
      if (left & 1) best = Math.min(best, this.#at(left++));
      if (right & 1) best = Math.min(best, this.#at(--right));
    }
    return best;
  }

  #update(node: number): void {
    this.#nodes[node] = Math.min(this.#at(2 * node), this.#at(2 * node + 1));
  }

  #at(node: number): number {
    return this.#nodes[node] ?? NONE;
  }
}
