/** A challenge as a page. */
import { nameField, teamField } from '../home/form-fields.ts';
import { formatName } from '../net/formats.ts';
import { h, type Child, type Node_ } from '../render.ts';
import { sheet } from '../sheet.ts';
import type { ChallengeActions, ChallengeSight } from './challenge-page.ts';

export function challengeView(sight: ChallengeSight, actions: ChallengeActions): Node_ {
  return sheet('challenge', contentOf(sight, actions));
}

function contentOf(sight: ChallengeSight, actions: ChallengeActions): Child {
  const { fault, challenge } = sight;
  if (fault === 'over') return told('Too late', 'This challenge is over: it was accepted, taken back, or nobody came in time.', h('a', { class: 'button primary', href: '/' }, 'Play')); // prettier-ignore
  if (fault === 'unreachable') return told('No answer', 'The server cannot be reached.', h('button', { type: 'button', class: 'primary', onclick: actions.again }, 'Try again')); // prettier-ignore
  if (!challenge) return h('p', { role: 'status', class: 'empty' }, 'One moment…');
  return h(
    'div',
    { class: 'challenge' },
    h(
      'div',
      { class: 'title' },
      sight.isMine
        ? h('h1', {}, 'Your challenge')
        : h('h1', {}, h('span', { class: 'name' }, challenge.from.name), ' challenges you'),
      h('p', { class: 'soft' }, `${formatName(sight.formats, challenge.format)}. A friendly battle: it moves no rating.`), // prettier-ignore
    ),
    sight.isMine && h('section', { class: 'panel' }, sight.share.view(challenge.challengeId)),
    acceptForm(sight, actions),
  );
}

function told(title: string, text: string, way: Node_): Node_ {
  return h('section', { class: 'panel told' }, h('h1', {}, title), h('p', { role: 'alert' }, text), way);
}

function acceptForm(sight: ChallengeSight, actions: ChallengeActions): Node_ {
  const { challenge, isMine, isBusy, notice } = sight;
  const fields = { ...sight, format: challenge?.format ?? '' };
  const submit = (event: Event): void => {
    event.preventDefault();
    actions.accept();
  };
  return h(
    'form',
    { class: 'play panel', 'aria-label': 'Accept the challenge', onsubmit: submit },
    isMine && h('p', {}, 'Nobody there to play? Take another name in this window, and play both sides.'),
    nameField(fields, isBusy, actions.named),
    teamField(fields, isBusy, actions.pasted),
    notice !== '' && h('p', { class: 'notice', role: 'alert' }, notice),
    isBusy
      ? h('div', { class: 'queue' }, h('span', { class: 'spinner', 'aria-hidden': 'true' }), h('p', { role: 'status' }, 'Opening the battle…')) // prettier-ignore
      : h(
          'div',
          { class: 'buttons' },
          h('button', { type: 'submit', class: isMine ? 'big' : 'primary big' }, 'Accept'),
          !isMine && h('button', { type: 'button', class: 'big', onclick: actions.decline }, 'Decline'),
        ),
  );
}
