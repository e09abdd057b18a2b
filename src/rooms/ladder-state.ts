/** The state of a ladder room: the top of a ladder, public like the ladder itself. */
import { schema, t, type SchemaType } from '@colyseus/schema';
import type { LadderRow } from '../persistence/database/stores.ts';
import { shownRating } from '../ratings/shown.ts';
import { set } from './battle-state.ts';

export const LadderEntry = schema(
  {
    rank: t.uint8().default(0),
    userId: t.string().default(''),
    name: t.string().default(''),
    elo: t.number().default(0),
    rating: t.number().default(0),
    deviation: t.number().default(0),
    /** `number` would make 61.6 a float of 32 bits. */
    gxe: t.float64().default(0),
    wins: t.number().default(0),
    losses: t.number().default(0),
    ties: t.number().default(0),
  },
  'LadderEntry',
);
export type LadderEntry = SchemaType<typeof LadderEntry>;

export const LadderState = schema(
  {
    format: t.string().default(''),
    entries: t.array(LadderEntry),
  },
  'LadderState',
);
export type LadderState = SchemaType<typeof LadderState>;

/**
 * Shows these rows. An entry stays its user's for as long as the user is among them, so that who is only passed by costs
 * a patch one byte of rank: the entries are in no order.
 */
export function copyRows({ entries }: LadderState, rows: readonly LadderRow[]): void {
  while (entries.length > rows.length) entries.pop();
  while (entries.length < rows.length) entries.push(new LadderEntry());
  const all = Array.from(entries);
  const shown = new Set<string>(rows.map(({ user }) => user.id));
  const byUser = new Map(all.map((entry) => [entry.userId, entry]));
  const free = all.filter(({ userId }) => !shown.has(userId));
  for (const row of rows) copyRow(byUser.get(row.user.id) ?? free.shift()!, row);
}

function copyRow(entry: LadderEntry, row: LadderRow): void {
  const { rank, user, wins, losses, ties } = row;
  const { elo, glicko, gxe } = shownRating(row);
  set(entry, 'rank', rank);
  set(entry, 'userId', user.id);
  set(entry, 'name', user.name);
  set(entry, 'elo', elo);
  set(entry, 'rating', glicko.rating);
  set(entry, 'deviation', glicko.deviation);
  set(entry, 'gxe', gxe);
  set(entry, 'wins', wins);
  set(entry, 'losses', losses);
  set(entry, 'ties', ties);
}
