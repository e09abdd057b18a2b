/** The start as a page. */
import type { SentChallenge } from '../../../client/src/endure.ts';
import { formatName } from '../net/formats.ts';
import { h, type Child, type Node_ } from '../render.ts';
import { formatField, nameField, teamField } from './form-fields.ts';
import type { HomeActions, HomeState } from './home-page.ts';

export function homeView(state: HomeState, actions: HomeActions): Node_ {
  return h(
    'main',
    { class: 'home' },
    h(
      'header',
      { class: 'hero' },
      h('h1', {}, 'Endure'),
      h('p', {}, 'Pokémon battles that no crash can end.'),
      h('nav', { 'aria-label': 'Pages' }, h('a', { href: `/ladder/${encodeURIComponent(state.format)}` }, 'Ladder'), h('a', { href: '/u' }, 'My profile')), // prettier-ignore
    ),
    state.battleId !== null && backView(state.battleId),
    playForm(state, actions),
    h('div', { class: 'panels' }, liveView(state), ladderView(state), pastView(state)),
  );
}

function backView(battleId: string): Node_ {
  return h(
    'p',
    { class: 'back' },
    h('a', { class: 'button primary', href: `/battle/${battleId}` }, 'Back to your battle'),
  );
}

function playForm(state: HomeState, actions: HomeActions): Node_ {
  const { doing, notice, rival, sent } = state;
  const isBusy = doing !== '' || sent !== null;
  const title = rival ? `Challenge ${rival.name}` : 'Play';
  const submit = (event: Event): void => {
    event.preventDefault();
    if (rival) actions.challenge();
    else actions.play();
  };
  return h(
    'form',
    { class: 'play panel', 'aria-label': title, onsubmit: submit },
    rival && h('h2', { class: 'rival' }, title),
    nameField(state, isBusy, actions.named),
    formatField(state, isBusy, actions.chose),
    teamField(state, isBusy, actions.pasted),
    notice !== '' && h('p', { class: 'notice', role: 'alert' }, notice),
    doing !== '' ? queueView(state, actions) : sent ? sentView(sent, state, actions) : buttons(state, actions), // prettier-ignore
  );
}

function buttons({ rival }: HomeState, { playBot, challenge }: HomeActions): Node_ {
  return h(
    'div',
    { class: 'buttons' },
    rival
      ? [
          h('button', { type: 'submit', class: 'primary big' }, 'Send the challenge'),
          h('a', { class: 'button big', href: '/' }, 'Play somebody else'),
        ]
      : [
          h('button', { type: 'submit', class: 'primary big' }, 'Play'),
          h('button', { type: 'button', class: 'big', onclick: playBot }, 'Play the bot'),
          h('button', { type: 'button', class: 'big', onclick: challenge }, 'Challenge a friend'),
        ],
  );
}

/** My challenge while it waits for an answer. */
function sentView(sent: SentChallenge, state: HomeState, actions: HomeActions): Node_ {
  const { formats, sentTo, share } = state;
  const isOpen = sent.to === undefined;
  return h(
    'div',
    { class: 'waiting', key: sent.challengeId },
    h(
      'div',
      { class: 'queue' },
      h('span', { class: 'spinner', 'aria-hidden': 'true' }),
      h('p', { role: 'status' }, `Waiting for ${isOpen ? 'your friend' : sentTo || 'an answer'}: ${formatName(formats, sent.format)}`), // prettier-ignore
      h('button', { type: 'button', onclick: actions.callOff }, 'Call it off'),
    ),
    isOpen && share.view(sent.challengeId),
    h('p', { class: 'hint' }, 'The challenge stands for five minutes, as long as this page is open. The battle moves no rating.'), // prettier-ignore
  );
}

function queueView({ doing, position, format, formats }: HomeState, actions: HomeActions): Node_ {
  const name = formatName(formats, format);
  const text = doing === 'preparing' ? 'One moment…' : position === 0 ? 'Found one! Opening the battle…' : `Looking for somebody to play ${name}…`; // prettier-ignore
  return h(
    'div',
    { class: 'queue' },
    h('span', { class: 'spinner', 'aria-hidden': 'true' }),
    h('p', { role: 'status' }, text, position !== null && position > 1 && ` You are number ${position}.`),
    h('button', { type: 'button', onclick: actions.cancel }, 'Cancel'),
  );
}

function liveView({ live, formats }: HomeState): Node_ {
  return panel(
    'Being played',
    live.length === 0
      ? h('p', { class: 'empty' }, 'Nobody plays at the moment.')
      : h(
          'ul',
          { class: 'rows' },
          live.slice(0, 8).map(
            ({ battleId, players, format, turn }) =>
            h('li', { key: battleId }, h('a', { href: `/battle/${battleId}` }, `${players.p1.name} – ${players.p2.name}`), h('small', {}, `${formatName(formats, format)}, turn ${turn}`)), // prettier-ignore
          ),
        ),
  );
}

function ladderView({ ladder, formats, format }: HomeState): Node_ {
  const name = formatName(formats, format);
  return panel(
    `Ladder: ${name}`,
    ladder.length === 0
      ? h('p', { class: 'empty' }, 'Nobody is on this ladder yet.')
      : h(
          'table',
          {},
          h('thead', {}, h('tr', {}, ['', 'Player', 'Elo', 'GXE'].map((title) => h('th', { scope: 'col' }, title === '' ? h('span', { class: 'unseen' }, 'Rank') : title)))), // prettier-ignore
          h(
            'tbody',
            {},
            ladder.map(
              ({ rank, user, elo, gxe }) =>
              h('tr', {}, h('td', {}, rank), h('td', { class: 'wide' }, h('a', { href: `/u/${encodeURIComponent(user.id)}` }, user.name)), h('td', {}, elo), h('td', {}, `${gxe}%`)), // prettier-ignore
            ),
          ),
        ),
    h(
      'p',
      { class: 'on' },
      h('a', { href: `/ladder/${encodeURIComponent(format)}` }, 'The whole ladder, live'),
    ),
  );
}

function pastView({ past, formats }: HomeState): Child {
  if (past.length === 0) return null;
  const said = { win: 'Won against', loss: 'Lost against', tie: 'Tied with', void: 'Called off with' };
  return panel(
    'My last battles',
    h(
      'ul',
      { class: 'rows' },
      past.map(({ battleId, opponent, result, format, turns, ratingChange }) => {
        const by = ratingChange ? ratingChange.elo[1] - ratingChange.elo[0] : 0;
        return h(
          'li',
          { key: battleId },
          h('a', { href: `/replay/${battleId}` }, `${said[result]} ${opponent.name}`),
          h(
            'small',
            {},
            `${formatName(formats, format)}, ${turns} ${turns === 1 ? 'turn' : 'turns'}`,
            by !== 0 && `, ${by > 0 ? '+' : '−'}${Math.abs(by)}`,
          ),
        );
      }),
    ),
  );
}

function panel(title: string, ...children: Child[]): Node_ {
  return h('section', { class: 'panel' }, h('h2', {}, title), children);
}
