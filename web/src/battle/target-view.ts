/** At whom a move goes, where there are several. */
import { token } from '../pictures/token.ts';
import { h, type Node_ } from '../render.ts';
import type { ChoiceParts } from './choice-view.ts';
import type { Step } from './draft.ts';
import { factorAgainst, factorView } from './effectiveness.ts';
import { hpBar } from './side-view.ts';

type TargetStep = Extract<Step, { kind: 'target' }>;

export function targetStep(step: TargetStep, parts: ChoiceParts): Node_ {
  return h(
    'div',
    { class: 'targets', role: 'group', 'aria-label': 'Targets' },
    step.targets.map((target, index) => targetButton(step, target, String(index + 1), parts)),
  );
}

/** `target` as choices name it: 1 and 2 are the foe's places, -1 and -2 one's own. */
function targetButton({ slot }: TargetStep, target: number, key: string, parts: ChoiceParts): Node_ {
  const { draft, side, facts, dex, act } = parts;
  const place = Math.abs(target) - 1;
  const whoseSide = target < 0 ? side : side === 'p1' ? 'p2' : 'p1';
  const whose = target > 0 ? 'Foe' : place === slot ? 'Itself' : 'Ally';
  const found = facts.sides[whoseSide].slots[place];
  const pokemon = found?.fainted === false ? found : undefined;
  const move = draft.request.active![slot]!.moves[draft.aimed!.slot]!;
  return h(
    'button',
    {
      type: 'button',
      class: `reserve target ${whose.toLowerCase()}`,
      onclick: () => act({ type: 'target', target }),
    },
    token(pokemon?.species ?? '?', pokemon && dex.species(pokemon.species)),
    h(
      'span',
      { class: 'reserve-text' },
      h('b', {}, pokemon?.ident.slice(4) ?? 'Nobody'),
      pokemon && hpBar(pokemon.hpPercent),
      h(
        'span',
        { class: 'facts' },
        `${whose} ${pokemon ? `${pokemon.hpPercent}%` : ''}`,
        target > 0 && factorView(factorAgainst(dex.move(move.id, move.move), whoseSide, place, parts)),
        h('kbd', {}, key),
      ),
    ),
  );
}
