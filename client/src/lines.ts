/** The lines of one channel, complete and in order, whatever is told twice. */

export interface FreshLines {
  readonly from: number;
  readonly lines: readonly string[];
}

export class Lines {
  readonly #lines: string[] = [];

  get all(): readonly string[] {
    return this.#lines;
  }

  /** Those that were not known. null when some before them are missing: then nothing is taken. */
  add(from: number, lines: readonly string[]): FreshLines | null {
    const known = this.#lines.length;
    if (from > known) return null;
    const fresh = lines.slice(known - from);
    this.#lines.push(...fresh);
    return { from: known, lines: fresh };
  }
}
