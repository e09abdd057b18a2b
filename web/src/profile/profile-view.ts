/** Somebody's page, but for the chart and the battles. */
import './profile.css';
import { isBotId } from '../../../src/battle/bot-seat.ts';
import type { FormatStanding } from '../../../client/src/endure.ts';
import { pathOf } from '../net/read.ts';
import { h, type Child, type Node_ } from '../render.ts';
import { card, day, sheet, tally } from '../sheet.ts';
import { badge, titleOf } from './badges.ts';
import { blockedView } from './blocked-view.ts';
import { battlesView } from './battles-view.ts';
import { chartView } from './chart-view.ts';
import { formatName } from './profile-words.ts';
import type { Achievement, ProfileActions, ProfileSight } from './profile-page.ts';

export function profileView(sight: ProfileSight, actions: ProfileActions): Node_ {
  return sheet(sight.isMine ? 'mine' : 'profile', contentOf(sight, actions));
}

function contentOf(sight: ProfileSight, actions: ProfileActions): Child {
  const { fault, profile } = sight;
  if (fault === 'nobody') return told('No name yet', 'Your profile begins with your first battle.', h('a', { class: 'button primary', href: '/' }, 'Play')); // prettier-ignore
  if (fault === 'missing') return told('Nobody', 'There is no such user.', h('a', { class: 'button', href: '/ladder' }, 'To the ladder')); // prettier-ignore
  if (fault === 'unreachable') return told('No answer', 'The server cannot be reached.', h('button', { class: 'primary', onclick: actions.again }, 'Try again')); // prettier-ignore
  if (!profile) return h('p', { role: 'status', class: 'empty' }, 'One moment…');
  const { user, ratings, achievements, battles } = profile;
  return [
    h(
      'div',
      { class: 'title' },
      h('h1', { class: 'name' }, user.name),
      sight.isMine && h('span', { class: 'tag' }, 'you'),
      !sight.isMine && !isBotId(user.id) && h('a', { class: 'button primary', href: `/?challenge=${encodeURIComponent(user.id)}` }, 'Challenge'), // prettier-ignore
      h('p', { class: 'since' }, 'Here since ', day(user.createdAt), `, ${battles} ${battles === 1 ? 'battle' : 'battles'}`), // prettier-ignore
    ),
    card('Ratings', ratings.length === 0 ? h('p', { class: 'empty' }, 'No rated battle yet.') : h('ul', { class: 'standings' }, ratings.map((rating) => standingView(sight, rating)))), // prettier-ignore
    ratings.length > 0 && chartView(sight, actions.chart),
    card('Achievements', achievements.length === 0 ? h('p', { class: 'empty' }, 'None yet.') : h('ul', { class: 'badges' }, achievements.map((achievement) => achievementView(sight, achievement)))), // prettier-ignore
    battlesView(sight, actions.more),
    blockedView(sight.blocked, actions.unblock),
  ];
}

function told(title: string, text: string, way: Node_): Node_ {
  return h('section', { class: 'panel told' }, h('h1', {}, title), h('p', { role: 'alert' }, text), way);
}

function standingView(sight: ProfileSight, rating: FormatStanding): Node_ {
  const { format, elo, glicko, gxe, wins, losses, ties, streak, peak } = rating;
  const facts: [string, Child][] = [
    ['Glicko', `${glicko.rating} ± ${glicko.deviation}`],
    ['GXE', `${gxe.toFixed(1)}%`],
    ['Won–lost', tally(wins, losses, ties)],
    ['Wins in a row', streak],
    ['Peak', peak],
  ];
  return h(
    'li',
    { key: format },
    h('h3', {}, h('a', { href: `/ladder${pathOf(format)}` }, formatName(sight, format))),
    h('p', { class: 'figure' }, h('strong', {}, elo), ' Elo'),
    h('dl', {}, facts.map(([term, fact]) => h('div', {}, h('dt', {}, term), h('dd', {}, fact)))), // prettier-ignore
  );
}

function achievementView(sight: ProfileSight, { kind, points, format, at }: Achievement): Node_ {
  return h(
    'li',
    { key: kind },
    badge(kind),
    h('div', {}, h('h3', {}, titleOf(kind)), h('p', {}, format !== null && [formatName(sight, format), ', '], day(at)), h('p', {}, `${points} points`)), // prettier-ignore
  );
}
