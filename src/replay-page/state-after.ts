/** A battle as it stood after some of its lines: the reducer of the replay page, which inlines this very source. */
import type { SideId } from '../battle/ids.ts';
import { PublicFacts } from '../battle/public-facts.ts';

export interface ReplayState {
  readonly facts: PublicFacts;
  readonly names: Readonly<Record<SideId, string>>;
  /** null: not yet, a tie, or a battle that ended without a line for it. */
  readonly winner: SideId | null;
  readonly isTie: boolean;
}

/** After the first `count` lines of the spectator channel. Any text will do: what is no line changes nothing. */
export function stateAfter(lines: readonly string[], count: number): ReplayState {
  const facts = new PublicFacts();
  const names = { p1: 'Player 1', p2: 'Player 2' };
  let winner: SideId | null = null;
  let isTie = false;
  for (const line of lines.slice(0, count)) {
    facts.apply(line);
    const [, kind, first, second] = line.split('|');
    if (kind === 'player' && (first === 'p1' || first === 'p2') && second) names[first] = second;
    else if (kind === 'win') winner = first === names.p1 ? 'p1' : 'p2';
    else if (kind === 'tie') isTie = true;
  }
  return { facts, names, winner, isTie };
}

/** Where to stop: how many lines there are before the first turn, up to each turn's beginning, and in all. */
export function turnStops(lines: readonly string[]): number[] {
  const turns = lines.flatMap((line, index) => (line.startsWith('|turn|') ? [index + 1] : []));
  return [...new Set([0, ...turns, lines.length])];
}
