/**
 * A random legal answer to a request, from the request alone: for absent players and for bots.
 *
 * Never refused. Where only hidden information could refuse an answer, another is given: no switch while perhaps
 * trapped, and while moves are perhaps disabled the sim's own `default`, which takes the first that works.
 */
import { type ExtraKind, type MoveOption, moveOptions, targetsOf } from './move-options.ts';
import { pick, type Random, shuffled } from './random.ts';
import type { ActiveRequest, BattleRequest } from './request.ts';

/** How often a slot that may switch does so, and how often one that may do something extra (Mega, Tera, …) does. */
const SWITCH_RATE = 0.2;
const EXTRA_RATE = 0.5;

/** What earlier slots of the same answer have taken for themselves. */
interface Taken {
  readonly switchedTo: Set<number>;
  readonly extras: Set<ExtraKind>;
}

/** Choice text that the sim accepts. The same request and the same numbers give the same text. */
export function randomChoice(request: BattleRequest, random: Random): string {
  if (request.teamPreview) return teamOrder(request, random);
  if (request.forceSwitch) return forcedSwitches(request, request.forceSwitch, random);
  if (!request.active) throw new Error('a request to wait has no answer');
  const taken: Taken = { switchedTo: new Set(), extras: new Set() };
  const actions: string[] = [];
  for (const [slot, active] of request.active.entries()) {
    const isAble = active && canAct(request, slot);
    actions.push(isAble ? actionOf(request, active, slot, taken, random) : 'pass');
    // `default` answers for all slots that are left.
    if (actions.at(-1) === 'default') break;
  }
  return actions.join(', ');
}

function teamOrder(request: BattleRequest, random: Random): string {
  const slots = request.side.pokemon.map((_, index) => index + 1);
  const chosen = shuffled(random, slots).slice(0, request.maxChosenTeamSize ?? slots.length);
  return `team ${chosen.join(slots.length > 9 ? ',' : '')}`;
}

/** With too few left on the bench, slots drawn at random stay empty. */
function forcedSwitches(request: BattleRequest, flags: readonly boolean[], random: Random): string {
  const bench = shuffled(random, benchOf(request, flags.length));
  const replaced = flags.flatMap((isForced, slot) => (isForced && !isReviving(request, slot) ? [slot] : []));
  const filled = new Set(shuffled(random, replaced).slice(0, bench.length));
  return flags
    .map((isForced, slot) => {
      if (isForced && isReviving(request, slot)) return `switch ${pick(random, faintedOf(request)) + 1}`;
      return filled.has(slot) ? `switch ${bench.pop()! + 1}` : 'pass';
    })
    .join(', ');
}

function actionOf(
  request: BattleRequest,
  active: ActiveRequest,
  slot: number,
  taken: Taken,
  random: Random,
): string {
  const slots = request.active!.length;
  const bench = benchOf(request, slots).filter((index) => !taken.switchedTo.has(index));
  const maySwitch = bench.length > 0 && !active.trapped && !active.maybeTrapped;
  if (maySwitch && random() < SWITCH_RATE) {
    const index = pick(random, bench);
    taken.switchedTo.add(index);
    return `switch ${index + 1}`;
  }
  // The sim says `maybe` only to the last Pokémon of a side that can act, so no other slot is decided by this.
  if (active.maybeDisabled) return 'default';
  const option = pickMove(moveOptions(active), taken, random);
  if (option.extra) taken.extras.add(option.extra);
  return moveText(option, slot, slots, random);
}

function pickMove(options: readonly MoveOption[], taken: Taken, random: Random): MoveOption {
  const extras = options.filter((option) => option.extra && !taken.extras.has(option.extra));
  if (extras.length > 0 && random() < EXTRA_RATE) return pick(random, extras);
  return pick(
    random,
    options.filter((option) => !option.extra),
  );
}

function moveText(option: MoveOption, slot: number, slots: number, random: Random): string {
  const targets = targetsOf(option.target, slot, slots);
  const target = targets.length > 0 ? ` ${pick(random, targets)}` : '';
  const event = option.event ? ` ${option.event}` : '';
  return `move ${option.slot + 1}${target}${event}`;
}

/** Fainted and commanding Pokémon do nothing; the sim passes for them. */
function canAct(request: BattleRequest, slot: number): boolean {
  const pokemon = request.side.pokemon[slot];
  return pokemon !== undefined && !isFainted(pokemon.condition) && !pokemon.commanding;
}

function isReviving(request: BattleRequest, slot: number): boolean {
  return request.side.pokemon[slot]?.reviving === true;
}

/** Places of those who can come in, counted from 0. */
function benchOf(request: BattleRequest, slots: number): number[] {
  return request.side.pokemon.flatMap(({ condition }, index) =>
    index >= slots && !isFainted(condition) ? [index] : [],
  );
}

function faintedOf(request: BattleRequest): number[] {
  return request.side.pokemon.flatMap(({ condition }, index) => (isFainted(condition) ? [index] : []));
}

function isFainted(condition: string): boolean {
  return condition.endsWith(' fnt');
}
