/** The table of the rules that was built beside the page. */
import type { DexTable } from '../../../scripts/page-dex.ts';
import dexUrl from '../../data/dex.json?url';

const AGAIN_MS = 2_000;

/** Until the table is there nothing is known, which is no error. */
export const NO_DEX: DexTable = { moves: {}, species: {}, earlier: {}, names: {}, charts: {} };

/** Asks until the server can be reached. */
export async function loadDex(): Promise<DexTable> {
  for (;;) {
    try {
      const response = await fetch(dexUrl);
      if (response.ok) return (await response.json()) as DexTable;
    } catch {
      // The server is away: a battle goes on without it, and so does this page.
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
