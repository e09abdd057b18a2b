/** Whom I want no challenges from, and how to want them again. */
import type { BlockedUser } from '../../../client/src/endure.ts';
import { h, type Child } from '../render.ts';
import { card, userLink } from '../sheet.ts';

export function blockedView(blocked: readonly BlockedUser[], unblock: (userId: string) => void): Child {
  if (blocked.length === 0) return null;
  return card(
    'Blocked',
    h('p', { class: 'soft' }, 'Their challenges do not reach you, and they cannot tell.'),
    h(
      'ul',
      { class: 'blocked' },
      blocked.map(
        ({ id, name }) =>
        h('li', { key: id }, userLink({ id, name }), h('button', { type: 'button', 'aria-label': `Unblock ${name}`, onclick: () => unblock(id) }, 'Unblock')), // prettier-ignore
      ),
    ),
  );
}
