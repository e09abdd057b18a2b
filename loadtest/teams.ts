/** Teams to play with, by format: packed, one a line, in test/data/teams. */
import { existsSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../test/data/teams/', import.meta.url);

/** Packed teams that are valid for this format; none for formats with random teams. */
export function teamsFor(format: string): readonly string[] {
  const file = new URL(`${format}.packed.txt`, FOLDER);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}
