/**
 * A player's name in the spectators' lines, replaced. These are all the places where the sim writes it; whatever else
 * looks like it (a Pokémon's nickname) is something else and stays.
 */
import { SIDE_IDS, type SideId } from './ids.ts';

/** Before and after the name, as expressions. */
const PLACES: readonly (readonly [string, string])[] = [
  [String.raw`\|player\|SIDE\|`, String.raw`\|`],
  [String.raw`\|win\|`, '$'],
  [String.raw`\|-side(?:start|end)\|SIDE: `, String.raw`\|`],
  [String.raw`\|raw\|`, `'s Tera Types:`],
  [String.raw`\|-message\|\(\d+ of `, `'s pokemon (?:was|were) cured by Natural Cure`],
  [String.raw`\|-message\|`, `'s team started with the rudimentary means`],
];

/**
 * All `lines` of a battle, with the name of one of its players replaced. Lines tell sides apart by name: `to` must be one
 * that `battleNames([the other player's, to])` leaves as it is. When nobody has the name, the lines are as they were.
 */
export function renamed(lines: readonly string[], from: string, to: string): string[] {
  const side = SIDE_IDS.find((id) => lines.some((line) => line.startsWith(`|player|${id}|${from}|`)));
  if (side === undefined) return [...lines];
  const place = placeOf(side, from);
  return lines.map((line) => line.replace(place, () => to));
}

function placeOf(side: SideId, name: string): RegExp {
  const literal = name.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  const places = PLACES.map(
    ([before, after]) => `(?<=^${before.replace('SIDE', side)})${literal}(?=${after})`,
  );
  return new RegExp(places.join('|'));
}
