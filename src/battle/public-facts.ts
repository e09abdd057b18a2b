/**
 * The facts of a battle that everybody may know, from the lines of the SPECTATOR channel and nothing else: it never sees
 * the sim's objects, so what it knows cannot leak. Where a spectator cannot know (a benched Regenerator heals, Natural
 * Cure), the last shown value stands until a line tells otherwise.
 */
import { BattleFacts } from './public-facts/battle-facts.ts';
import { CONDITION_LINES } from './public-facts/condition-lines.ts';
import { FIELD_LINES } from './public-facts/field-lines.ts';
import { HELD_LINES, noteCause } from './public-facts/held-lines.ts';
import type { LineHandler } from './public-facts/line-handler.ts';
import { PRESENCE_LINES } from './public-facts/presence-lines.ts';

/** A Map, because a line's kind is any text: `constructor` must not find a handler. */
const HANDLERS: ReadonlyMap<string, LineHandler> = new Map(
  Object.entries({ ...FIELD_LINES, ...CONDITION_LINES, ...PRESENCE_LINES, ...HELD_LINES }),
);

export class PublicFacts extends BattleFacts {
  /** Takes one spectator line. Unknown kinds are ignored; no text makes it throw. */
  apply(line: string): void {
    const end = line.indexOf('|', 1);
    const handler = HANDLERS.get(line.slice(1, end < 0 ? line.length : end));
    const hasCause = line.includes('ability: ') || line.includes('item: ');
    if (!handler && !hasCause) return;
    const parts = line.split('|');
    handler?.(this, parts);
    if (hasCause) noteCause(this, parts);
  }
}
