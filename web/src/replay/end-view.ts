/** How a battle ended, for who was not there. */
import type { Replay } from '../../../client/src/endure.ts';
import { ratingsView } from '../battle/ratings-view.ts';
import { h, type Node_ } from '../render.ts';

const REASONS: Readonly<Record<string, string>> = {
  forfeit: 'By forfeit.',
  timeout: 'Time ran out.',
  void: 'It counts for nobody.',
};

export type Ended = Pick<Replay, 'reason' | 'winnerSide' | 'sides' | 'ratings'>;

export function endView(ended: Ended): Node_ {
  const { reason, sides, ratings } = ended;
  return h(
    'div',
    { class: 'result' },
    h('div', { role: 'status' }, h('h2', {}, headline(ended)), REASONS[reason] && h('p', {}, REASONS[reason])), // prettier-ignore
    ratings && ratingsView(sides, ratings),
  );
}

function headline({ reason, winnerSide, sides }: Ended): string {
  if (reason === 'void') return 'The battle was called off.';
  const winner = winnerSide && sides[winnerSide];
  return winner ? `${winner.name} won.` : 'A tie.';
}
