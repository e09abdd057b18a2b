/** Teams for bots in formats that take teams: packed, one a line, in `teams`. */
import { readFileSync } from 'node:fs';
import type { FormatId, PackedTeam } from '../battle/ids.ts';
import { pick, type Random } from '../battle/random.ts';

const FOLDER = new URL('./teams/', import.meta.url);
const known = new Map<FormatId, readonly string[]>();

/** One of those for the format, which must be one that takes teams. */
export function sampleTeam(format: FormatId, random: Random): PackedTeam {
  let teams = known.get(format);
  if (!teams) {
    teams = readFileSync(new URL(`${format}.packed.txt`, FOLDER), 'utf8')
      .split('\n')
      .filter(Boolean);
    known.set(format, teams);
  }
  return pick(random, teams) as PackedTeam;
}
