/** The course of a rating: drawn, in a sentence, and as a table. */
import { h, type Child, type Node_ } from '../render.ts';
import { card, day, signed } from '../sheet.ts';
import { chartOf } from './chart.ts';
import type { ProfileSight, Remembered } from './profile-page.ts';
import { formatName } from './profile-words.ts';

/** Beyond it dots would hide the line. */
const DOTS_MOST = 40;

type Moved = Remembered & { readonly ratingChange: NonNullable<Remembered['ratingChange']> };

export function chartView(sight: ProfileSight, choose: (format: string) => void): Node_ {
  const { profile, charted, course } = sight;
  const formats = profile?.ratings ?? [];
  return card(
    'Elo over time',
    h(
      'label',
      { class: 'charted' },
      h('span', { class: 'unseen' }, 'Format of the chart'),
      h(
        'select',
        { name: 'charted', value: charted, onchange: (event: Event) => choose((event.target as HTMLSelectElement).value) }, // prettier-ignore
        formats.map(({ format }) => h('option', { key: format, value: format, selected: format === charted }, formatName(sight, format))), // prettier-ignore
      ),
    ),
    courseView(formatName(sight, charted), course as readonly Moved[] | null),
  );
}

function courseView(format: string, course: readonly Moved[] | null): Child {
  const [first] = course ?? [];
  if (!course) return h('p', { class: 'empty' }, 'One moment…');
  if (!first) return h('p', { class: 'empty' }, 'No battle of it is kept any more.');
  const elos = [first.ratingChange.elo[0], ...course.map(({ ratingChange }) => ratingChange.elo[1])];
  const last = course.at(-1)!;
  const count = `${course.length} ${course.length === 1 ? 'battle' : 'battles'}`;
  const words = `Elo in ${format} over ${count}: from ${elos[0]} to ${elos.at(-1)}, highest ${Math.max(...elos)}, lowest ${Math.min(...elos)}.`; // prettier-ignore
  return [
    drawing(elos, words),
    h('p', { class: 'span' }, count, ', ', day(first.endedAt), ' – ', day(last.endedAt)),
    tableOf(format, course),
  ];
}

function drawing(elos: readonly number[], words: string): Node_ {
  const { points, marks } = chartOf(elos);
  const line = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${place(x)} ${place(y)}`).join('');
  const dots = points.length <= DOTS_MOST ? points : points.slice(-1);
  return h(
    'div',
    { class: 'chart', role: 'img', 'aria-label': words },
    h('div', { class: 'marks' }, marks.map(({ elo, y }) => h('span', { key: elo, style: { top: `${place(y)}%` } }, elo))), // prettier-ignore
    // Stretched to its place: strokes do not scale, and a dot is a line without length.
    h(
      'svg',
      { viewBox: '0 0 100 100', preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' },
      marks.map(({ y }) => h('path', { class: 'grid', d: `M0 ${place(y)}H100` })),
      h('path', { class: 'area', d: `${line}V100H0z` }),
      h('path', { class: 'line', d: line }),
      h('path', { class: 'dots', d: dots.map(({ x, y }) => `M${place(x)} ${place(y)}h0`).join('') }),
    ),
  );
}

function place(value: number): string {
  return value.toFixed(2);
}

function tableOf(format: string, course: readonly Moved[]): Node_ {
  const columns = ['Day', 'Opponent', 'Change', 'Elo after'];
  return h(
    'details',
    {},
    h('summary', {}, 'As a table'),
    h(
      'table',
      {},
      h('caption', { class: 'unseen' }, `Elo in ${format}, battle by battle, the newest first`),
      h('thead', {}, h('tr', {}, columns.map((title) => h('th', { scope: 'col' }, title)))), // prettier-ignore
      h(
        'tbody',
        {},
        course.toReversed().map(
          ({ battleId, endedAt, opponent, ratingChange: { elo: [before, after] } }) =>
          h('tr', { key: battleId }, h('td', {}, day(endedAt)), h('td', { class: 'wide' }, opponent.name), h('td', {}, signed(after - before)), h('td', {}, after)), // prettier-ignore
        ),
      ),
    ),
  );
}
