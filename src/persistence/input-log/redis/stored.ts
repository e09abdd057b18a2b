/** How entries and results are written in Redis. The log itself holds the entries: a result does not repeat them. */
import type { Entry, NewEntry } from '../../../battle/input.ts';
import type { Opening } from '../../../battle/opening.ts';
import type { BattleRecord } from '../../../battle/record.ts';

/** An element of the log: its time, then the entry as JSON. */
export function storedEntry(text: string): Entry {
  const brace = text.indexOf('{');
  return { ...(JSON.parse(text.slice(brace)) as NewEntry), at: Number(text.slice(0, brace)) };
}

export function resultOf({ outcome, lines, turns, startedAt, endedAt }: BattleRecord): string {
  return JSON.stringify({ outcome, lines, turns, startedAt, endedAt });
}

/** The record again, from the three things that Redis keeps of it. */
export function storedRecord(opening: string, result: string, entries: readonly string[]): BattleRecord {
  return {
    opening: JSON.parse(opening) as Opening,
    entries: entries.map(storedEntry),
    ...(JSON.parse(result) as Omit<BattleRecord, 'opening' | 'entries'>),
  };
}
