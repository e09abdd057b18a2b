/** How protocol lines name things. Nothing here throws, whatever the text. */

/** The fields of a line between its bars: `['', kind, first, second, …]`. */
export type LineParts = readonly string[];

/** A Showdown id: `Stealth Rock` → `stealthrock`. */
export function toId(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '');
}

/** The id of an effect as lines write it, with or without its kind: `move: Stealth Rock`, `Reflect`. */
export function effectId(text: string): string {
  const colon = text.indexOf(': ');
  return toId(colon < 0 ? text : text.slice(colon + 2));
}

/** What follows `[from] `, `[of] `, … in a line; empty where the line has no such tag. */
export function tagOf(parts: LineParts, tag: string): string {
  for (let i = parts.length - 1; i > 2; i--) {
    const part = parts[i];
    if (part?.startsWith(tag)) return part.slice(tag.length);
  }
  return '';
}
