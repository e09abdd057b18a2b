/** What this process has done since it started, for `/health/stats` and drills. */
export interface Counts {
  /** Battles taken up that another owner, or an earlier run of this process, had begun. */
  recoveries: number;
  /** Battles that turned out to be another process's by now. */
  fencings: number;
  /** Times that the process held still because its lease had run out or the store was away. */
  suspensions: number;
  /** Battles ended `void` by a fault: poison, divergence, an engine that nobody has, a bug. */
  voids: number;
}

export function noCounts(): Counts {
  return { recoveries: 0, fencings: 0, suspensions: 0, voids: 0 };
}
