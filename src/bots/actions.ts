/** What each slot may do, from the request alone, and how slots' actions make a choice that is never refused. */
import { type ExtraKind, type MoveOption, moveOptions, targetsOf } from '../battle/move-options.ts';
import type { ActiveRequest, BattleRequest } from '../battle/request.ts';

export interface MoveAction {
  readonly kind: 'move';
  readonly text: string;
  readonly option: MoveOption;
  /** In the sim's numbers: foes from 1, own side from -1; 0 where the target is not chosen. */
  readonly target: number;
}

export interface SwitchAction {
  readonly kind: 'switch';
  readonly text: string;
  /** Place in the request's team, from 0. */
  readonly index: number;
}

export type Action = MoveAction | SwitchAction;

/**
 * Everything that a slot may do. Empty: it can only pass, or (`maybeDisabled`) only the sim knows what it may do. Where
 * it is perhaps trapped it stays.
 */
export function actionsOf(request: BattleRequest, slot: number): Action[] {
  const active = request.active?.[slot];
  const pokemon = request.side.pokemon[slot];
  if (!active || !pokemon || isFainted(pokemon.condition) || pokemon.commanding) return [];
  if (active.maybeDisabled) return [];
  const slots = request.active?.length ?? 1;
  const isStuck = active.trapped === true || active.maybeTrapped === true;
  return [...moveActions(active, slot, slots), ...(isStuck ? [] : switchesOf(request, slots))];
}

/** Who may come in for a slot that is to be replaced, or that goes of its own will. */
export function switchesOf(request: BattleRequest, slots: number): SwitchAction[] {
  return request.side.pokemon.flatMap(({ condition }, index) =>
    index >= slots && !isFainted(condition)
      ? [{ kind: 'switch' as const, index, text: `switch ${index + 1}` }]
      : [],
  );
}

/** Who may be revived. */
export function revivalsOf(request: BattleRequest): SwitchAction[] {
  return request.side.pokemon.flatMap(({ condition }, index) =>
    isFainted(condition) ? [{ kind: 'switch' as const, index, text: `switch ${index + 1}` }] : [],
  );
}

/** What slots of one choice may not do twice. */
export class Taken {
  readonly #switchedTo = new Set<number>();
  readonly #extras = new Set<ExtraKind>();

  allows(action: Action): boolean {
    if (action.kind === 'switch') return !this.#switchedTo.has(action.index);
    return action.option.extra === undefined || !this.#extras.has(action.option.extra);
  }

  add(action: Action): void {
    if (action.kind === 'switch') this.#switchedTo.add(action.index);
    else if (action.option.extra) this.#extras.add(action.option.extra);
  }
}

function moveActions(active: ActiveRequest, slot: number, slots: number): MoveAction[] {
  return moveOptions(active).flatMap((option): MoveAction[] => {
    const targets = [...new Set(targetsOf(option.target, slot, slots))];
    const event = option.event ? ` ${option.event}` : '';
    return (targets.length > 0 ? targets : [0]).map((target) => {
      const text = `move ${option.slot + 1}${target === 0 ? '' : ` ${target}`}${event}`;
      return { kind: 'move', option, target, text };
    });
  });
}

export function isFainted(condition: string): boolean {
  return condition.endsWith(' fnt');
}
