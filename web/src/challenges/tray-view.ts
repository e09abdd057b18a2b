/** Challenges and news as cards at the edge of the window. */
import type { ReceivedChallenge, SentChallenge } from '../../../client/src/endure.ts';
import { badge, titleOf } from '../profile/badges.ts';
import { h, type Child, type Node_ } from '../render.ts';
import type { LinkShare } from './link-share.ts';
import type { News } from './news.ts';

export interface TrayParts {
  /** Mine; null where there is none, or the page shows it itself. */
  readonly sent: SentChallenge | null;
  readonly rival: string;
  readonly received: readonly ReceivedChallenge[];
  readonly answering: string | null;
  readonly news: readonly News[];
  /** Whether challenges to me are shown in full. */
  readonly isOpen: boolean;
  /** They would be in the way: in a battle, or many. */
  readonly isFoldable: boolean;
  readonly nameOf: (format: string) => string;
  readonly isReady: (format: string) => boolean;
  readonly share: LinkShare;
  readonly toggle: () => void;
  readonly cancel: () => void;
  readonly accept: (challenge: ReceivedChallenge) => void;
  readonly decline: (challenge: ReceivedChallenge) => void;
  readonly block: (challenge: ReceivedChallenge) => void;
  readonly dismiss: (id: number) => void;
}

export function trayView(parts: TrayParts): Child {
  const { sent, received, news, isOpen } = parts;
  const isEmpty = !sent && received.length === 0 && news.length === 0;
  return [
    h('div', { class: 'unseen', 'aria-live': 'polite', 'aria-relevant': 'additions' }, announced(parts)),
    !isEmpty &&
      h(
        'aside',
        { class: 'tray', 'aria-label': 'Challenges and news' },
        news.map((item) => newsView(item, parts)),
        sent && sentCard(sent, parts),
        isOpen && received.map((challenge) => receivedCard(challenge, parts)),
        received.length > 0 && parts.isFoldable && chip(parts),
      ),
  ];
}

/** One sentence each, for who cannot see them come. */
function announced({ received, news, nameOf }: TrayParts): Child {
  return [
    received.map(({ challengeId, from, format }) =>
      h('p', { key: challengeId }, `${from.name} challenges you to ${nameOf(format)}.`),
    ),
    news.map((item) => h('p', { key: `news ${item.id}` }, wordsOf(item))),
  ];
}

function wordsOf({ text, achievement }: News): string {
  if (!achievement) return text;
  return `Achievement: ${titleOf(achievement.kind)}, ${achievement.points} points.`;
}

function chip({ received, isOpen, toggle }: TrayParts): Node_ {
  const count = received.length === 1 ? '1 challenge' : `${received.length} challenges`;
  return h(
    'button',
    { type: 'button', class: 'chip', 'aria-expanded': `${isOpen}`, onclick: toggle },
    isOpen ? 'Hide' : `${count} to you`,
  );
}

function receivedCard(challenge: ReceivedChallenge, parts: TrayParts): Node_ {
  const { challengeId, from, format } = challenge;
  const { answering, nameOf, isReady, accept, decline, block } = parts;
  const isBusy = answering !== null;
  const press = (title: string, act: (challenge: ReceivedChallenge) => void, kind: string): Node_ =>
    h('button', { type: 'button', class: kind, disabled: isBusy, 'aria-label': `${title}: ${from.name}`, onclick: () => act(challenge) }, title); // prettier-ignore
  return h(
    'section',
    { class: 'card', key: challengeId },
    h('p', {}, h('a', { class: 'name', href: `/u/${encodeURIComponent(from.id)}` }, from.name), ' challenges you'), // prettier-ignore
    h('p', { class: 'soft' }, nameOf(format)),
    h(
      'div',
      { class: 'buttons' },
      press(answering === challengeId ? 'Opening…' : isReady(format) ? 'Accept' : 'Choose a team', accept, 'primary'), // prettier-ignore
      press('Decline', decline, ''),
      press('Block', block, 'quiet'),
    ),
  );
}

function sentCard({ challengeId, to, format }: SentChallenge, parts: TrayParts): Node_ {
  const { rival, nameOf, share, cancel } = parts;
  return h(
    'section',
    { class: 'card', key: challengeId },
    h('p', {}, `Waiting for ${to === undefined ? 'your friend' : rival || 'an answer'}…`),
    h('p', { class: 'soft' }, nameOf(format)),
    to === undefined && share.view(challengeId),
    h('div', { class: 'buttons' }, h('button', { type: 'button', onclick: cancel }, 'Call it off')),
  );
}

function newsView(news: News, { dismiss }: TrayParts): Node_ {
  const { id, text, achievement } = news;
  return h(
    'section',
    { class: 'card news', key: `news ${id}` },
    achievement ? badge(achievement.kind) : null,
    achievement
      ? h('p', {}, h('b', {}, titleOf(achievement.kind)), h('span', { class: 'soft' }, `Achievement, +${achievement.points} points`)) // prettier-ignore
      : h('p', {}, text),
    h('button', { type: 'button', class: 'quiet', 'aria-label': 'Dismiss', onclick: () => dismiss(id) }, '×'),
  );
}
