/** A ladder as a page. */
import './ladder.css';
import type { LadderEntry } from '../../../client/src/endure.ts';
import type { RankChange } from '../../../src/rooms/messages.ts';
import { h, type Child, type Node_ } from '../render.ts';
import { sheet, signed, tally, userLink } from '../sheet.ts';
import type { LadderSight } from './ladder-page.ts';

export function ladderView(sight: LadderSight, choose: (format: string) => void): Node_ {
  const name = nameOf(sight);
  return sheet(
    'ladder',
    h(
      'div',
      { class: 'title' },
      h('h1', {}, 'Ladder'),
      h(
        'label',
        {},
        h('span', { class: 'unseen' }, 'Format'),
        h(
          'select',
          {
            name: 'format',
            value: sight.format,
            onchange: (event: Event) => choose((event.target as HTMLSelectElement).value),
          },
          optionsOf(sight).map(({ id, name }) =>
            h('option', { key: id, value: id, selected: id === sight.format }, name),
          ),
        ),
      ),
      h(
        'span',
        { class: 'link', 'data-live': String(sight.isLive) },
        sight.isLive ? 'Live' : 'Every few seconds',
      ),
    ),
    mineView(sight),
    h('section', { class: 'panel', 'aria-label': `Ladder of ${name}` }, topView(sight, name)),
  );
}

function nameOf({ formats, format }: LadderSight): string {
  return formats.find(({ id }) => id === format)?.name ?? format;
}

/** The one that is shown is among them, even where the server does not know it. */
function optionsOf({
  formats,
  format,
}: LadderSight): readonly { readonly id: string; readonly name: string }[] {
  return formats.some(({ id }) => id === format) ? formats : [{ id: format, name: format }, ...formats];
}

function mineView({ mine, userId, total, rows }: LadderSight): Child {
  if (userId === null || rows === null) return null;
  const rank = mine && [
    'You are number ',
    h('strong', {}, mine.rank),
    total !== null && ` of ${total}`,
    ' with ',
    h('strong', {}, mine.elo),
    ' Elo.',
  ];
  return h('p', { class: 'mine', role: 'status' }, rank ?? 'You are not on this ladder yet: a rated battle puts you there.'); // prettier-ignore
}

function topView(sight: LadderSight, name: string): Child {
  const { rows, fault, userId, moves } = sight;
  if (fault === 'missing')
    return h('p', { role: 'alert' }, 'There is no such ladder. Choose a format above.');
  if (rows === null)
    return fault === 'unreachable'
      ? h('p', { role: 'alert' }, 'The server cannot be reached. This page goes on trying.')
      : h('p', { role: 'status', class: 'empty' }, 'One moment…');
  if (rows.length === 0) return h('p', { class: 'empty' }, 'Nobody is on this ladder yet. ', h('a', { href: `/?play=${encodeURIComponent(sight.format)}` }, 'Be the first'), '.'); // prettier-ignore
  const columns = ['Rank', 'Player', 'Elo', 'Glicko', 'GXE', 'Won–lost'];
  return h(
    'table',
    { class: 'ladder' },
    h('caption', { class: 'unseen' }, `The first ${rows.length} of ${name}, by Elo`),
    h('thead', {}, h('tr', {}, columns.map((title) => h('th', { scope: 'col' }, title)))), // prettier-ignore
    h(
      'tbody',
      {},
      rows.map((row) => rowView(row, userId, moves.get(row.user.id))),
    ),
  );
}

function rowView(row: LadderEntry, userId: string | null, move: RankChange | undefined): Node_ {
  const { rank, user, elo, glicko, gxe, wins, losses, ties } = row;
  const isMine = user.id === userId;
  const by = move ? gain(move) : null;
  return h(
    'tr',
    { key: user.id, class: isMine ? 'me' : null, 'data-moved': by === null ? null : direction(by) },
    h('td', { class: 'rank' }, h('span', { class: 'medal', 'data-rank': rank <= 3 ? rank : null }, rank)),
    h('th', { scope: 'row' }, userLink(user), isMine && h('span', { class: 'tag' }, 'you')),
    h('td', {}, by !== null && h('small', { class: 'by' }, signed(by)), elo),
    h('td', {}, glicko.rating, h('small', {}, ` ± ${glicko.deviation}`)),
    h('td', {}, `${gxe.toFixed(1)}%`),
    h('td', {}, tally(wins, losses, ties)),
  );
}

/** Elo points; null: not known. */
function gain({ elo: [before, after] }: RankChange): number | null {
  return before === null || after === null ? null : after - before;
}

function direction(gained: number): 'up' | 'down' | 'same' {
  if (gained === 0) return 'same';
  return gained > 0 ? 'up' : 'down';
}
