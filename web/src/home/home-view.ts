/** The start as a page. */
import { h, type Child, type Node_ } from '../render.ts';
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
  const { doing, name, notice } = state;
  const isBusy = doing !== '';
  const submit = (event: Event): void => {
    event.preventDefault();
    actions.play();
  };
  return h(
    'form',
    { class: 'play panel', 'aria-label': 'Play', onsubmit: submit },
    h(
      'label',
      {},
      'Your name',
      h('input', { name: 'name', value: name, maxlength: '18', autocomplete: 'nickname', placeholder: 'Guest', disabled: isBusy, oninput: (event: Event) => actions.named((event.target as HTMLInputElement).value) }), // prettier-ignore
    ),
    formatPicker(state, actions),
    teamField(state, actions),
    notice !== '' && h('p', { class: 'notice', role: 'alert' }, notice),
    isBusy
      ? queueView(state, actions)
      : h(
          'div',
          { class: 'buttons' },
          h('button', { type: 'submit', class: 'primary big' }, 'Play'),
          h('button', { type: 'button', class: 'big', onclick: actions.playBot }, 'Play the bot'),
        ),
  );
}

function formatPicker({ formats, format, doing }: HomeState, actions: HomeActions): Node_ {
  const groups = [
    { label: 'Random teams', items: formats.filter(({ teamRequired }) => !teamRequired) },
    { label: 'Bring your own team', items: formats.filter(({ teamRequired }) => teamRequired) },
  ];
  const known = formats.length > 0 ? groups : [];
  return h(
    'label',
    {},
    'Format',
    h(
      'select',
      { name: 'format', disabled: doing !== '', onchange: (event: Event) => actions.chose((event.target as HTMLSelectElement).value) }, // prettier-ignore
      known.length === 0 && h('option', { value: format, selected: true }, format),
      known.map(({ label, items }) =>
        h(
          'optgroup',
          { label },
          items.map(({ id, name }) => h('option', { value: id, selected: id === format }, name)),
        ),
      ),
    ),
  );
}

function teamField({ formats, format, team, problems, doing }: HomeState, actions: HomeActions): Child {
  if (!formats.find(({ id }) => id === format)?.teamRequired) return null;
  return [
    h(
      'label',
      {},
      'Your team, as Showdown exports it',
      h('textarea', { name: 'team', rows: '8', spellcheck: 'false', value: team, disabled: doing !== '', 'aria-describedby': problems.length > 0 ? 'problems' : null, oninput: (event: Event) => actions.pasted((event.target as HTMLTextAreaElement).value) }), // prettier-ignore
    ),
    problems.length > 0 && problemsView(team, problems),
  ];
}

/** The lines that something is wrong with, each with what it is; the rest of the team is left out. */
function problemsView(team: string, problems: HomeState['problems']): Node_ {
  const lines = team.split('\n');
  const sorted = [...problems].sort((one, other) => (one.line ?? -1) - (other.line ?? -1));
  return h(
    'ul',
    { class: 'problems', id: 'problems', 'aria-label': 'Problems of the team' },
    sorted.map(({ line, text }) =>
      h(
        'li',
        {},
        line !== null && h('code', {}, h('span', {}, `${line + 1}`), lines[line]?.trim() ?? ''),
        h('span', { class: 'problem' }, text),
      ),
    ),
  );
}

function queueView({ doing, position, format, formats }: HomeState, actions: HomeActions): Node_ {
  const name = formats.find(({ id }) => id === format)?.name ?? format;
  const text = doing === 'preparing' ? 'One moment…' : position === 0 ? 'Found one! Opening the battle…' : `Looking for somebody to play ${name}…`; // prettier-ignore
  return h(
    'div',
    { class: 'queue' },
    h('span', { class: 'spinner', 'aria-hidden': 'true' }),
    h('p', { role: 'status' }, text, position !== null && position > 1 && ` You are number ${position}.`),
    h('button', { type: 'button', onclick: actions.cancel }, 'Cancel'),
  );
}

function liveView({ live }: HomeState): Node_ {
  return panel(
    'Being played',
    live.length === 0
      ? h('p', { class: 'empty' }, 'Nobody plays at the moment.')
      : h(
          'ul',
          { class: 'rows' },
          live.slice(0, 8).map(
            ({ battleId, players, format, turn }) =>
            h('li', { key: battleId }, h('a', { href: `/battle/${battleId}` }, `${players.p1.name} – ${players.p2.name}`), h('small', {}, `${format}, turn ${turn}`)), // prettier-ignore
          ),
        ),
  );
}

function ladderView({ ladder, formats, format }: HomeState): Node_ {
  const name = formats.find(({ id }) => id === format)?.name ?? format;
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

function pastView({ past }: HomeState): Child {
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
            `${format}, ${turns} ${turns === 1 ? 'turn' : 'turns'}`,
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
