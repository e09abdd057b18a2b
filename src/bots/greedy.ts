/** Takes what is expected to do most damage now. Switches only when it must, or can do no damage at all. */
import { randomChoice } from '../battle/legal-choice.ts';
import { pick, type Random } from '../battle/random.ts';
import {
  type Action,
  actionsOf,
  isFainted,
  type MoveAction,
  revivalsOf,
  switchesOf,
  type SwitchAction,
  Taken,
} from './actions.ts';
import type { Brain } from './brain.ts';
import { type Combatant, foeCombatant, ownCombatant } from './combatants.ts';
import { expectedDamage, fieldFor } from './damage.ts';
import type { View } from './view.ts';

/** By how much Terastallizing (or another thing that can be done once) must raise the damage. */
const EXTRA_GAIN = 1.2;
/** More than a knock-out is hardly better than one. */
const OVERKILL = 0.02;

export const chooseByDamage: Brain = (view, { random }) => {
  const { request } = view;
  if (request.teamPreview) return randomChoice(request, random);
  if (request.forceSwitch) return forcedSwitches(view, request.forceSwitch);
  const taken = new Taken();
  const texts: string[] = [];
  for (const slot of (request.active ?? []).keys()) {
    if (request.active?.[slot]?.maybeDisabled) return [...texts, 'default'].join(', ');
    const actions = actionsOf(request, slot).filter((action) => taken.allows(action));
    const action = bestAction(view, slot, actions, random);
    if (action) taken.add(action);
    texts.push(action?.text ?? 'pass');
  }
  return texts.join(', ');
};

function bestAction(
  view: View,
  slot: number,
  actions: readonly Action[],
  random: Random,
): Action | undefined {
  const moves = actions.filter((action) => action.kind === 'move');
  const plain = best(
    moves.filter(({ option }) => !option.extra),
    (action) => damageOf(view, slot, action),
  );
  const extra = best(
    moves.filter(({ option }) => option.extra),
    (action) => damageOf(view, slot, action),
  );
  if (extra && extra.worth > (plain?.worth ?? 0) * EXTRA_GAIN) return extra.of;
  if (plain && plain.worth > 0) return plain.of;
  const switches = actions.filter((action) => action.kind === 'switch');
  const refuge = best(switches, (action) => standingOf(view, action));
  return refuge?.of ?? (moves.length > 0 ? pick(random, moves) : undefined);
}

/** What a move does to the foes that it hits, as a share of what they have left. */
function damageOf(view: View, slot: number, action: MoveAction): number {
  const { request } = view;
  const pokemon = request.side.pokemon[slot]!;
  const active = request.active![slot]!;
  const { option } = action;
  const own = ownCombatant(view, pokemon, option.extra === 'terastallize' ? pokemon.teraType : undefined);
  const isDoubles = request.active!.length > 1;
  const field = fieldFor(view, view.foe, isDoubles);
  const isMax = option.extra === 'dynamax' || (active.maxMoves !== undefined && !active.canDynamax);
  const use = { isZ: option.extra === 'zmove', isMax };
  const hits = (foe: Combatant): number =>
    capped(
      expectedDamage(view, own, foe, active.moves[option.slot]!.id, field, use) / Math.max(0.01, foe.hp),
    );
  const worths = targetsIn(view, action).map(hits);
  return worths.reduce((sum, worth) => sum + worth, 0);
}

/** Whom a move hits: the one that it is aimed at, or all of them. None where it is aimed at an ally. */
function targetsIn(view: View, { target }: MoveAction): Combatant[] {
  const foes = activeFoes(view);
  return target === 0 ? foes : foes.filter(({ facts }) => facts === view.foe.slots[target - 1]);
}

function activeFoes(view: View): Combatant[] {
  return view.foe.slots.flatMap((facts) => (facts && !facts.fainted ? [foeCombatant(view, facts)] : []));
}

function capped(share: number): number {
  return share <= 1 ? share : 1 + (share - 1) * OVERKILL;
}

function forcedSwitches(view: View, flags: readonly boolean[]): string {
  const { request } = view;
  const taken = new Taken();
  const texts = flags.map((isForced, slot) => {
    if (!isForced) return 'pass';
    const isReviving = request.side.pokemon[slot]?.reviving === true;
    const able = isReviving ? revivalsOf(request) : switchesOf(request, flags.length);
    const chosen = best(
      able.filter((action) => taken.allows(action)),
      (action) => standingOf(view, action),
    );
    if (chosen) taken.add(chosen.of);
    return chosen?.of.text ?? 'pass';
  });
  return texts.join(', ');
}

/** How well one of the bench stands against the foes: the best it does to them, less the best they do to it. */
function standingOf(view: View, { index }: SwitchAction): number {
  const pokemon = view.request.side.pokemon[index]!;
  if (isFainted(pokemon.condition)) return 0;
  const own = ownCombatant(view, pokemon);
  return activeFoes(view).reduce((sum, foe) => sum + bestHit(view, own, foe) - bestHit(view, foe, own), 0);
}

/** The most that a Pokémon is expected to do to another, as a share of what that one has left. */
function bestHit(view: View, attacker: Combatant, target: Combatant): number {
  const targetSide = target.facts && view.foe.team.includes(target.facts) ? view.foe : view.own;
  const field = fieldFor(view, targetSide, false);
  const worths = attacker.moves.map(
    ({ id, likelihood }) =>
      (likelihood * expectedDamage(view, attacker, target, id, field)) / Math.max(0.01, target.hp),
  );
  return Math.min(1, Math.max(0, ...worths));
}

interface Best<Item> {
  readonly of: Item;
  readonly worth: number;
}

function best<Item>(items: readonly Item[], worthOf: (item: Item) => number): Best<Item> | undefined {
  let found: Best<Item> | undefined;
  for (const of of items) {
    const worth = worthOf(of);
    if (!found || worth > found.worth) found = { of, worth };
  }
  return found;
}
