/**
 * Removal of what nothing owns any more. Every change of the stores is one atomic step, so there are no leftovers of
 * ours to expect; what there is was left by a lost write, by other hands, or by Colyseus for a process that died.
 *
 * PostgreSQL needs none: its rows go with their battle by foreign keys, in the transaction that ends it.
 */

/** Families that a cleaner counts, each one kind of key, or of member of a key. */
export const ORPHAN_FAMILIES = [
  // Battles
  'battles',
  'logs',
  'userMarks',
  'living',
  'outbox',
  'aside',
  // Battles whole in themselves that no list named: they are not removed but listed again.
  'unlisted',
  // The queue
  'tickets',
  'matches',
  'penalties',
  'opponents',
  'alive',
  'waiting',
  'openMatches',
  'formats',
  // Challenges
  'challenges',
  'challengers',
  'challenged',
  'openChallenges',
  // Processes
  'leases',
  'processes',
  'listings',
  'roomCounts',
  // Keys of no family. They are counted and stay: during a rolling deploy they may be a newer version's.
  'unknown',
] as const;

export type OrphanFamily = (typeof ORPHAN_FAMILIES)[number];
export type OrphanCounts = Readonly<Record<OrphanFamily, number>>;

export interface Cleaner {
  /** Counts what is orphaned and, unless it is a dry run, removes it. Rejects with `StoreAway`, perhaps half done. */
  cleanUp(isDryRun: boolean): Promise<OrphanCounts>;
}

/** Where nothing can be orphaned. */
export const IDLE_CLEANER: Cleaner = { cleanUp: () => Promise.resolve(noOrphans()) };

export function noOrphans(): Record<OrphanFamily, number> {
  return Object.fromEntries(ORPHAN_FAMILIES.map((family) => [family, 0])) as Record<OrphanFamily, number>;
}
