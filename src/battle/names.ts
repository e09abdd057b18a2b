/** Names that are safe in protocol lines, and different from each other where the sim tells sides apart by name. */
import { toID } from '@pkmn/sim';

/** Longest name, in UTF-16 code units: Showdown's limit for players and nicknames. */
export const MAX_NAME_LENGTH = 18;

/**
 * Printable text on one line: no control, format (bidi among them) or unassigned characters, none of `|,[]` which
 * separate fields and sets, no heaps of combining marks, single spaces. May come out empty. Cleaning again changes
 * nothing.
 */
export function cleanName(name: string): string {
  const printable = name
    .slice(0, 1000)
    .normalize('NFC')
    .replace(/[\s|,[\]\p{Z}]+/gu, ' ')
    .replace(/\p{C}+/gu, '')
    .replace(/\p{M}{3,}/gu, '')
    .replace(/ {2,}/g, ' ')
    .trim();
  return shorten(printable, MAX_NAME_LENGTH).normalize('NFC');
}

/**
 * The names of a battle's sides, in order. The sim names its winner by name and compares names by their ids, so ids
 * are neither empty nor equal here: where they would be, a number is added. Names that are fine stay as they are.
 */
export function battleNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const clean = cleanName(name);
    const unique = isFree(clean, taken) ? clean : numbered(clean || 'Player', taken);
    taken.add(toID(unique));
    return unique;
  });
}

function isFree(name: string, taken: ReadonlySet<string>): boolean {
  const id = toID(name);
  return id !== '' && !taken.has(id);
}

function numbered(name: string, taken: ReadonlySet<string>): string {
  for (let number = taken.size + 1; ; number++) {
    const suffix = ` ${number}`;
    const candidate = shorten(name, MAX_NAME_LENGTH - suffix.length) + suffix;
    if (isFree(candidate, taken)) return candidate;
  }
}

/** Cuts between characters, never inside one. */
function shorten(text: string, length: number): string {
  let short = '';
  for (const character of text) {
    if (short.length + character.length > length) break;
    short += character;
  }
  return short.trim();
}
