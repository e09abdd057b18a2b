/** Another battle with the opponent of one that is over. */
import type { PlayerInfo } from '../../../client/src/endure.ts';
import { h, type Child } from '../render.ts';
import type { ChallengeDesk } from './challenge-desk.ts';

/** `foe` null where there is nobody to play again. */
export function rematchView(desk: ChallengeDesk, format: string, foe: PlayerInfo | null): Child {
  if (!foe) return null;
  if (foe.bot) {
    const kind = foe.id.replace(/^bot:/, '');
    const href = `/?play=${encodeURIComponent(format)}&bot=${encodeURIComponent(kind)}`;
    return h('a', { class: 'button primary', href }, 'Rematch');
  }
  if (desk.sent?.to === foe.id)
    return h(
      'div',
      { class: 'rematch', key: 'asked' },
      h('p', { role: 'status' }, `Waiting for ${foe.name}…`),
      h('button', { type: 'button', onclick: () => void desk.cancel() }, 'Call it off'),
    );
  const isWanted = desk.wantedBy(foe.id, format) !== undefined;
  return h(
    'button',
    { type: 'button', class: 'primary', key: 'rematch', disabled: desk.answering !== null || desk.isSending, onclick: () => void desk.rematch(format, foe) }, // prettier-ignore
    isWanted ? 'Accept the rematch' : 'Rematch',
  );
}
