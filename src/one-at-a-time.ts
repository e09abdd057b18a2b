/** Work that many may ask for at once: who asks while it is under way gets the same answer. */
export function oneAtATime<Answer>(work: () => Promise<Answer>): () => Promise<Answer> {
  let underWay: Promise<Answer> | undefined;
  return () => (underWay ??= work().finally(() => (underWay = undefined)));
}
