/** How it ended, what it did to the ratings, and what to do next. */
import { h, type Child } from '../render.ts';
import type { BattleParts } from './battle-view.ts';
import { ratingsView } from './ratings-view.ts';

const REASONS: Readonly<Record<string, string>> = {
  forfeit: 'By forfeit.',
  opponent_forfeit: 'Your opponent gave up.',
  timeout: 'Time ran out.',
  opponent_timeout: "Your opponent's time ran out.",
  void: 'It counts for nobody.',
};

export function resultView({ battle, rematch }: BattleParts): Child {
  const { end, players, side, format, id } = battle;
  if (!end) return null;
  const isBotBattle = players !== null && (players.p1.bot || players.p2.bot) === true;
  return h(
    'div',
    { class: 'result' },
    h(
      'div',
      { role: 'status' },
      h('h2', {}, headline(battle)),
      REASONS[end.reason] && h('p', {}, REASONS[end.reason]),
    ),
    players && ratingsView(players, end.ratings),
    h(
      'div',
      { class: 'buttons' },
      rematch,
      side && !isBotBattle && h('a', { class: 'button', href: `/?play=${encodeURIComponent(format)}` }, 'Play somebody else'), // prettier-ignore
      end.reason !== 'void' && h('a', { class: 'button', href: `/replay/${id}` }, 'Watch the replay'),
      h('a', { class: 'button', href: '/' }, 'Home'),
    ),
  );
}

function headline({ end, players, side }: BattleParts['battle']): string {
  if (!end || end.reason === 'void') return 'The battle was called off.';
  if (end.winner === null) return 'A tie.';
  if (side !== null) return players?.[side].id === end.winner ? 'You won!' : 'You lost.';
  const winner = players && Object.values(players).find(({ id }) => id === end.winner);
  return winner ? `${winner.name} won.` : 'The battle is over.';
}
