/** What can be chosen, as buttons; each shows the key that presses it. */
import type { ActiveRequest, RequestPokemon } from '../../../src/battle/request.ts';
import type { PublicFacts } from '../../../src/battle/public-facts.ts';
import type { SideId } from '../../../src/battle/ids.ts';
import { token } from '../pictures/token.ts';
import { colourOf } from '../pictures/types.ts';
import { h, type Child, type Node_ } from '../render.ts';
import type { GenerationDex } from './dex.ts';
import { factorAgainst, factorView } from './effectiveness.ts';
import { type Draft, type DraftAction, type MoveChoice, type Step, type SwitchChoice, canGoBack, isFainted, stepOf } from './draft.ts'; // prettier-ignore
import { hpBar, statusBadge, typeBadge } from './side-view.ts';
import { targetStep } from './target-view.ts';
import type { Volatiles } from './volatiles.ts';

export interface ChoiceParts {
  readonly draft: Draft;
  readonly side: SideId;
  readonly facts: PublicFacts;
  readonly volatiles: Volatiles;
  readonly dex: GenerationDex;
  readonly act: (action: DraftAction) => void;
}

export function choiceView(parts: ChoiceParts): Child {
  const step = stepOf(parts.draft);
  const { act, draft } = parts;
  const isBack = canGoBack(draft);
  return [
    h('h2', { class: 'prompt' }, promptOf(step, parts)),
    step.kind === 'move' && moveStep(step, parts),
    step.kind === 'target' && targetStep(step, parts),
    step.kind === 'switch' && switchButtons(step.switches, parts, false),
    step.kind === 'switch' && step.mayPass && h('button', { type: 'button', class: 'quiet', onclick: () => act({ type: 'pass' }) }, 'Leave this place empty'), // prettier-ignore
    step.kind === 'team' && teamStep(step, parts),
    isBack &&
      h('button', { type: 'button', class: 'quiet', onclick: () => act({ type: 'back' }) }, 'Back ', h('kbd', {}, 'Esc')), // prettier-ignore
  ];
}

function promptOf(step: Step, { draft, dex }: ChoiceParts): string {
  const { side } = draft.request;
  const nameAt = (slot: number): string => nicknameOf(side.pokemon[slot]!);
  switch (step.kind) {
    case 'move':
      return `What will ${nameAt(step.slot)} do?`;
    case 'target':
      return `${dex.nameOf(step.move)}: at whom?`;
    case 'switch':
      return step.isRevival ? 'Who is to be revived?' : `Who comes in for ${nameAt(step.slot)}?`;
    case 'team':
      if (step.picks.length > 0) return `Who is number ${step.picks.length + 1}?`;
      return step.needed < side.pokemon.length ? `Who leads? ${step.needed} come along.` : 'Who leads?';
    default:
      return '';
  }
}

function moveStep(step: Extract<Step, { kind: 'move' }>, parts: ChoiceParts): Child {
  const { draft, act } = parts;
  const active = draft.request.active![step.slot]!;
  return [
    h(
      'div',
      { class: 'moves', role: 'group', 'aria-label': 'Moves' },
      step.moves.map((move) => moveButton(move, parts)),
    ),
    step.extras.length > 0 &&
      h(
        'div',
        { class: 'extras' },
        step.extras.map(({ event, label, isOn }, index) =>
          h(
            'button',
            { type: 'button', class: 'extra', 'aria-pressed': String(isOn), onclick: () => act({ type: 'extra', event }) }, // prettier-ignore
            label,
            index === 0 && [' ', h('kbd', {}, 'T')],
          ),
        ),
      ),
    h('h3', { class: 'sub' }, trapText(active)),
    switchButtons(step.switches, parts, true),
  ];
}

function trapText({ trapped, maybeTrapped }: ActiveRequest): string {
  if (trapped) return 'Switch: it cannot leave';
  return maybeTrapped ? 'Switch: it may be unable to leave' : 'Switch';
}

function moveButton(move: MoveChoice, parts: ChoiceParts): Node_ {
  const { dex, draft, side, act } = parts;
  const known = dex.move(move.id, move.name);
  const foes = side === 'p1' ? 'p2' : 'p1';
  // Whom it would hit is asked for where there are several.
  const factor = draft.request.active!.length === 1 ? factorAgainst(known, foes, 0, parts) : null;
  return h(
    'button',
    {
      type: 'button',
      class: 'move',
      disabled: move.isDisabled,
      style: { '--type': colourOf(known?.type ?? '???')[0] },
      'data-type': known?.type,
      onclick: () => act({ type: 'move', slot: move.slot }),
    },
    h('span', { class: 'top' }, h('b', {}, dex.nameOf(move.name)), h('kbd', {}, String(move.slot + 1))),
    h(
      'span',
      { class: 'facts' },
      known && typeBadge(known.type),
      known && h('span', {}, powerText(known, move.isChanged)),
      move.pp !== undefined && h('span', { class: 'pp' }, `${move.pp}/${move.maxPp} PP`),
    ),
    factorView(factor),
  );
}

function powerText(
  { category, power, accuracy }: NonNullable<ReturnType<GenerationDex['move']>>,
  isChanged: boolean,
): string {
  // prettier-ignore
  if (category === 'Status') return 'Status';
  const strength = isChanged || power === 0 ? category : `${category} ${power}`;
  return accuracy === 0 || isChanged ? strength : `${strength} · ${accuracy}%`;
}

function switchButtons(switches: readonly SwitchChoice[], parts: ChoiceParts, isShifted: boolean): Node_ {
  const { draft, act } = parts;
  return h(
    'div',
    { class: 'switches', role: 'group', 'aria-label': 'Switch to' },
    switches.map(({ index, isDisabled }) =>
      pokemonButton(draft.request.side.pokemon[index]!, parts, {
        isDisabled,
        key: `${isShifted ? '⇧' : ''}${index + 1}`,
        onclick: () => act({ type: 'switch', index }),
      }),
    ),
  );
}

function teamStep({ picks, needed }: Extract<Step, { kind: 'team' }>, parts: ChoiceParts): Child {
  const { draft, act } = parts;
  return [
    h(
      'div',
      { class: 'switches', role: 'group', 'aria-label': 'Your team' },
      draft.request.side.pokemon.map((pokemon, index) =>
        pokemonButton(pokemon, parts, {
          key: String(index + 1),
          order: picks.indexOf(index) + 1,
          onclick: () => act({ type: 'pick', index }),
        }),
      ),
    ),
    h(
      'button',
      { type: 'button', class: 'primary', onclick: () => act({ type: 'finish' }) },
      picks.length === 0 ? 'Start in this order ' : `Start with these ${needed === 6 ? 'in front ' : `(${picks.length} of ${needed}) `}`, // prettier-ignore
      h('kbd', {}, '↵'),
    ),
  ];
}

interface PokemonButton {
  readonly isDisabled?: boolean;
  readonly key: string;
  /** Place in the chosen order, from 1; 0 is not chosen. */
  readonly order?: number;
  readonly onclick: () => void;
}

function pokemonButton(pokemon: RequestPokemon, { dex }: ChoiceParts, button: PokemonButton): Node_ {
  const { isDisabled = false, key, order, onclick } = button;
  const [species = ''] = pokemon.details.split(', ');
  const [points = '', status = ''] = pokemon.condition.split(' ');
  const [now = 0, most = 1] = points.split('/').map(Number);
  const percent = isFainted(pokemon.condition) ? 0 : Math.max(1, Math.round((100 * now) / most));
  return h(
    'button',
    { type: 'button', class: 'reserve', disabled: isDisabled, 'aria-pressed': order === undefined ? null : String(order > 0), onclick }, // prettier-ignore
    token(species, dex.species(species)),
    h(
      'span',
      { class: 'reserve-text' },
      h('b', {}, nicknameOf(pokemon)),
      hpBar(percent),
      h(
        'span',
        { class: 'facts' },
        isFainted(pokemon.condition) ? 'Fainted' : [`${now}/${most}`, statusBadge(status)],
        h('kbd', {}, order ? `${order}.` : key),
      ),
    ),
  );
}

function nicknameOf({ ident }: RequestPokemon): string {
  return ident.slice(ident.indexOf(': ') + 2);
}
