/** Chance from a seed, for what must come out the same again: bots, tests, choices drawn for absent players. */
import { fnv1a } from './hash.ts';

/** A number from 0 up to but not including 1. */
export type Random = () => number;

/** The same seed gives the same numbers. Not for secrets: seeds of battles come from the system's random source. */
export function seededRandom(seed: string | number): Random {
  let state = fnv1a(String(seed));
  // SplitMix32 (Steele, Lea, Flood 2014, reduced to 32 bits).
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** One of `items`, which must not be empty. */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** A copy in random order (Fisher, Yates). */
export function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
