/** What a check of a file of deploy/ says. */

/** Faults, or in one sentence why nothing here can tell. */
export type Verdict = readonly string[] | string;

/** `root` ends with a slash; `path` is relative to it. */
export type Check = (root: string, path: string) => Verdict;
