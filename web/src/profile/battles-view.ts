/** Somebody's battles, newest first, and a way to those before. */
import { pathOf } from '../net/read.ts';
import { h, type Child, type Node_ } from '../render.ts';
import { card, day, signed, userLink } from '../sheet.ts';
import type { ProfileSight, Remembered } from './profile-page.ts';
import { formatName } from './profile-words.ts';

const SAID = { win: 'Won', loss: 'Lost', tie: 'Tied', void: 'Void' };

export function battlesView(sight: ProfileSight, more: () => void): Node_ {
  return card('Battles', listView(sight, more));
}

function listView(sight: ProfileSight, more: () => void): Child {
  const { battles, cursor, isLoading, profile } = sight;
  if (!battles) {
    if (isLoading) return h('p', { class: 'empty' }, 'One moment…');
    return h('button', { onclick: more }, 'Try again');
  }
  if (battles.length === 0) return h('p', { class: 'empty' }, 'No battle yet.');
  const columns = ['Result', 'Opponent', 'Elo', 'Turns', 'Replay'];
  return [
    h(
      'table',
      { class: 'battles' },
      h('caption', { class: 'unseen' }, `Battles of ${profile?.user.name ?? ''}, newest first`),
      h('thead', {}, h('tr', {}, columns.map((title) => h('th', { scope: 'col' }, title)))), // prettier-ignore
      h(
        'tbody',
        {},
        battles.map((battle) => battleView(sight, battle)),
      ),
    ),
    h('p', { class: 'unseen', role: 'status' }, `${battles.length} battles are shown.`),
    cursor !== null &&
      h('button', { class: 'more', onclick: more, 'aria-disabled': String(isLoading) }, 'Earlier battles'),
  ];
}

function battleView(sight: ProfileSight, battle: Remembered): Node_ {
  const { battleId, format, opponent, result, ratingChange, turns, endedAt } = battle;
  return h(
    'tr',
    { key: battleId },
    h('td', {}, h('span', { class: 'verdict', 'data-result': result }, SAID[result])),
    h('th', { scope: 'row' }, userLink(opponent), h('small', {}, formatName(sight, format), ', ', day(endedAt))), // prettier-ignore
    h('td', {}, changeView(ratingChange)),
    h('td', {}, turns),
    h('td', {}, h('a', { href: `/replay${pathOf(battleId)}`, 'aria-label': `Watch the replay against ${opponent.name}` }, 'Watch')), // prettier-ignore
  );
}

function changeView(change: Remembered['ratingChange']): Child {
  if (!change) return h('span', { class: 'soft' }, 'unrated');
  const [before, after] = change.elo;
  const by = after - before;
  return [
    h('span', { class: 'change', 'data-way': by > 0 ? 'up' : by < 0 ? 'down' : null }, signed(by)),
    h('small', {}, `to ${after}`),
  ];
}
