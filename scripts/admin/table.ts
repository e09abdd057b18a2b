/** Text tables for people at a terminal. */
import { stripVTControlCharacters, styleText } from 'node:util';

/** null and undefined are shown as a dash. */
export type Cell = string | number | null | undefined;

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Cell;
  readonly align?: 'right';
}

const GAP = '  ';
const NOTHING = '–';

/** One line for each row under the titles; `empty` in place of a table without rows. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], empty: string): string {
  if (rows.length === 0) return empty;
  const cells = rows.map((row) => columns.map(({ cell }) => printable(cell(row))));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((line) => line[index]!.length)),
  );
  const lineOf = (parts: readonly string[]): string =>
    parts
      .map((part, index) =>
        columns[index]!.align === 'right' ? part.padStart(widths[index]!) : part.padEnd(widths[index]!),
      )
      .join(GAP)
      .trimEnd();
  const titles = lineOf(columns.map(({ title }) => title));
  return [styleText('bold', titles), ...cells.map(lineOf)].join('\n');
}

/** Names and values, one a line. */
export function sheet(facts: readonly (readonly [name: string, value: Cell])[]): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts
    .map(([name, value]) => `${styleText('bold', name.padEnd(width))}${GAP}${printable(value)}`)
    .join('\n');
}

/** Names come from strangers: nothing in them may move the cursor or start a line. */
function printable(value: Cell): string {
  if (value === null || value === undefined || value === '') return NOTHING;
  return stripVTControlCharacters(String(value)).replace(/\p{C}/gu, ' ');
}

/** Such as `2 h 5 min`. */
export function duration(ms: number | null): string | null {
  if (ms === null) return null;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** UTC, to the second. */
export function moment(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
