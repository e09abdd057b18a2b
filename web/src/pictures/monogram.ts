/** The letters on a token. */

/** Two or three letters: those that begin its words, or its first two. */
export function monogramOf(species: string): string {
  const words = species.split(/[\s-]+/).filter((word) => /^\p{L}/u.test(word));
  const [first = '?', ...others] = words;
  if (others.length === 0) return first.slice(0, 2);
  if (species.includes(' ')) return words.map((word) => word[0]).join('').slice(0, 3); // prettier-ignore
  return first.slice(0, 2) + others[0]![0]!.toUpperCase();
}
