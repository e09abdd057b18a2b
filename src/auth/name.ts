/** Display names: what may be shown to others and written into a battle's protocol lines. */
import { LIMITS } from '../config/limits.ts';

/** Control, format (bidi, zero width), surrogate, private and unassigned characters, and those that only look like space. */
const UNSHOWABLE = /[\p{C}\u115f\u1160\u2800\u3164\uffa0]/gu;
/** They part fields in Showdown's protocol and in its choice and team texts. */
const SEPARATORS = /[|,]/gu;

/** The name without what could forge a line or hide in one, at most 18 UTF-16 units; '' when nothing is left. */
export function cleanName(raw: string): string {
  const shown = raw
    .slice(0, LIMITS.rawNameChars)
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(UNSHOWABLE, '')
    .replace(SEPARATORS, '')
    .replace(/ +/gu, ' ')
    .trim();
  return cut(shown, LIMITS.nameChars).trim();
}

/** By code points, so that no pair is torn. */
function cut(text: string, units: number): string {
  let kept = '';
  for (const point of text) {
    if (kept.length + point.length > units) break;
    kept += point;
  }
  return kept;
}
