/**
 * A choice in the making: from a request, step by step, to the choice text that answers it. A value; every step gives a
 * new one. What the sim would refuse for what it does not show is not guarded against: its refusal brings another request.
 */
import { type MoveOption, moveOptions, targetsOf } from '../../../src/battle/move-options.ts';
import type { ActiveRequest, BattleRequest } from '../../../src/battle/request.ts';

export interface Draft {
  readonly request: BattleRequest;
  /** Texts of the slots that are done, in order. */
  readonly done: readonly string[];
  /** The word of what is done besides moving, as in `move 1 terastallize`. */
  readonly extra: string | null;
  /** A move whose target is asked for. */
  readonly aimed: MoveOption | null;
  /** Places in the team, from 0, in the order of the team preview. */
  readonly picks: readonly number[];
}

export type Step =
  | { readonly kind: 'wait' | 'done' }
  | { readonly kind: 'team'; readonly needed: number; readonly picks: readonly number[] }
  | { readonly kind: 'move'; readonly slot: number; readonly moves: readonly MoveChoice[]; readonly extras: readonly Extra[]; readonly switches: readonly SwitchChoice[] } // prettier-ignore
  | { readonly kind: 'target'; readonly slot: number; readonly move: string; readonly targets: readonly number[] }
  | { readonly kind: 'switch'; readonly slot: number; readonly isRevival: boolean; readonly mayPass: boolean; readonly switches: readonly SwitchChoice[] }; // prettier-ignore

export interface MoveChoice {
  /** Place among the request's moves, from 0. */
  readonly slot: number;
  readonly id: string;
  readonly name: string;
  readonly pp?: number | undefined;
  readonly maxPp?: number | undefined;
  readonly isDisabled: boolean;
  /** Its power is another than the plain move's. */
  readonly isChanged: boolean;
}

export interface Extra {
  readonly event: string;
  readonly label: string;
  readonly isOn: boolean;
}

export interface SwitchChoice {
  /** Place in the request's team, from 0. */
  readonly index: number;
  readonly isDisabled: boolean;
}

export type DraftAction =
  | { readonly type: 'move'; readonly slot: number }
  | { readonly type: 'target'; readonly target: number }
  | { readonly type: 'switch' | 'pick'; readonly index: number }
  | { readonly type: 'extra'; readonly event: string }
  | { readonly type: 'pass' | 'back' | 'finish' };

const LABELS: Readonly<Record<string, string>> = {
  mega: 'Mega Evolution',
  megax: 'Mega X',
  megay: 'Mega Y',
  ultra: 'Ultra Burst',
  zmove: 'Z-Move',
  dynamax: 'Dynamax',
};

export function openDraft(request: BattleRequest): Draft {
  return passed({ request, done: [], extra: null, aimed: null, picks: [] });
}

export function stepOf(draft: Draft): Step {
  const { request, done, aimed, picks } = draft;
  if (request.wait) return { kind: 'wait' };
  if (request.teamPreview) {
    const needed = Math.min(request.maxChosenTeamSize ?? Infinity, request.side.pokemon.length);
    return picks.length === needed ? { kind: 'done' } : { kind: 'team', needed, picks };
  }
  const slot = done.length;
  if (slot >= slotsOf(request)) return { kind: 'done' };
  if (request.forceSwitch) return switchStep(draft, slot);
  const active = request.active![slot]!;
  if (aimed)
    return { kind: 'target', slot, move: nameOf(draft, active, aimed.slot), targets: aims(aimed, draft) };
  return { kind: 'move', slot, moves: movesOf(draft, active), extras: extrasOf(draft, active), switches: switchesOf(draft, active) }; // prettier-ignore
}

/** The same draft where the action is not possible. */
export function take(draft: Draft, action: DraftAction): Draft {
  const step = stepOf(draft);
  if (action.type === 'back') return back(draft);
  if (step.kind === 'team') return takePick(draft, step.needed, action);
  if (step.kind === 'target')
    return action.type === 'target' && step.targets.includes(action.target)
      ? slotDone(draft, moveText(draft.aimed!, action.target))
      : draft;
  if (step.kind !== 'move' && step.kind !== 'switch') return draft;
  if (action.type === 'switch') {
    const isPossible = step.switches.some(({ index, isDisabled }) => index === action.index && !isDisabled);
    return isPossible ? slotDone(draft, `switch ${action.index + 1}`) : draft;
  }
  if (step.kind === 'switch') return action.type === 'pass' && step.mayPass ? slotDone(draft, 'pass') : draft;
  if (action.type === 'extra')
    return step.extras.some(({ event }) => event === action.event)
      ? { ...draft, extra: draft.extra === action.event ? null : action.event }
      : draft;
  return action.type === 'move' ? takeMove(draft, action.slot) : draft;
}

/** What answers the request; null while something is open. */
export function choiceOf(draft: Draft): string | null {
  if (stepOf(draft).kind !== 'done') return null;
  const { request, picks, done } = draft;
  if (!request.teamPreview) return done.join(', ');
  return `team ${picks.map((index) => index + 1).join(request.side.pokemon.length > 9 ? ',' : '')}`;
}

/** Whether `back` changes anything. */
export function canGoBack(draft: Draft): boolean {
  return back(draft) !== draft;
}

export function isFainted(condition: string): boolean {
  return condition.endsWith(' fnt');
}

function takePick(draft: Draft, needed: number, action: DraftAction): Draft {
  const { request, picks } = draft;
  if (action.type === 'pick') {
    if (!request.side.pokemon[action.index]) return draft;
    const others = picks.filter((index) => index !== action.index);
    return { ...draft, picks: others.length < picks.length ? others : [...picks, action.index] };
  }
  if (action.type !== 'finish') return draft;
  const rest = request.side.pokemon.map((_, index) => index).filter((index) => !picks.includes(index));
  return { ...draft, picks: [...picks, ...rest].slice(0, needed) };
}

function takeMove(draft: Draft, slot: number): Draft {
  const active = draft.request.active![draft.done.length]!;
  const option = optionsOf(draft, active).find((option) => option.slot === slot);
  if (!option) return draft;
  const targets = aims(option, draft);
  if (targets.length > 1) return { ...draft, aimed: option };
  return slotDone(draft, moveText(option, targets[0]));
}

function moveText({ slot, event }: MoveOption, target: number | undefined): string {
  return ['move', slot + 1, target, event].filter((part) => part !== undefined).join(' ');
}

function aims({ target }: MoveOption, { request, done }: Draft): number[] {
  const targets = [...new Set(targetsOf(target, done.length, request.active!.length))];
  const ally = done.length === 0 ? 1 : 0;
  return targets.filter((place) => place !== -(ally + 1) || canAct(request, ally));
}

function back(draft: Draft): Draft {
  if (draft.aimed) return { ...draft, aimed: null };
  if (draft.picks.length > 0) return { ...draft, picks: draft.picks.slice(0, -1) };
  for (let count = draft.done.length - 1; count >= 0; count--) {
    const earlier = { ...draft, done: draft.done.slice(0, count), extra: null };
    if (passed(earlier) === earlier) return earlier;
  }
  return draft;
}

function slotDone(draft: Draft, text: string): Draft {
  return passed({ ...draft, done: [...draft.done, text], extra: null, aimed: null });
}

/** Passes for slots that have nothing to decide. */
function passed(draft: Draft): Draft {
  const { request, done } = draft;
  const slot = done.length;
  if (request.wait || request.teamPreview || slot >= slotsOf(request)) return draft;
  const isIdle = request.forceSwitch
    ? !request.forceSwitch[slot] || switchStep(draft, slot).switches.length === 0
    : !request.active![slot] || !canAct(request, slot);
  return isIdle ? passed({ ...draft, done: [...done, 'pass'] }) : draft;
}

function slotsOf(request: BattleRequest): number {
  return request.forceSwitch?.length ?? request.active?.length ?? 0;
}

/** Fainted and commanding Pokémon do nothing. */
function canAct(request: BattleRequest, slot: number): boolean {
  const pokemon = request.side.pokemon[slot];
  return pokemon !== undefined && !isFainted(pokemon.condition) && !pokemon.commanding;
}

function switchStep(draft: Draft, slot: number): Extract<Step, { kind: 'switch' }> {
  const { request, done } = draft;
  const { pokemon } = request.side;
  const isRevival = pokemon[slot]?.reviving === true;
  const taken = takenBy(done);
  const switches = pokemon.flatMap(({ condition }, index) => {
    const fits = isRevival ? isFainted(condition) : index >= slotsOf(request) && !isFainted(condition);
    return fits && !taken.has(index) ? [{ index, isDisabled: false }] : [];
  });
  const open = request.forceSwitch!.slice(slot).filter(Boolean).length;
  return { kind: 'switch', slot, isRevival, mayPass: switches.length < open, switches };
}

function switchesOf({ request, done }: Draft, active: ActiveRequest): SwitchChoice[] {
  const taken = takenBy(done);
  return request.side.pokemon.flatMap(({ condition, active: isActive }, index) =>
    isActive
      ? []
      : [{ index, isDisabled: isFainted(condition) || active.trapped === true || taken.has(index) }],
  );
}

function takenBy(done: readonly string[]): Set<number> {
  return new Set(done.flatMap((text) => (text.startsWith('switch ') ? [Number(text.slice(7)) - 1] : [])));
}

function optionsOf({ extra }: Draft, active: ActiveRequest): MoveOption[] {
  return moveOptions(active).filter(({ event }) => (event ?? null) === extra);
}

function movesOf(draft: Draft, active: ActiveRequest): MoveChoice[] {
  const options = new Set(optionsOf(draft, active).map(({ slot }) => slot));
  return active.moves.map(({ id, move, pp, maxpp }, slot) => {
    const name = nameOf(draft, active, slot);
    return { slot, id, name, pp, maxPp: maxpp, isDisabled: !options.has(slot), isChanged: name !== move };
  });
}

/** A move as it is called with what is done besides. */
function nameOf({ extra }: Draft, active: ActiveRequest, slot: number): string {
  const plain = active.moves[slot]!.move;
  const isMax = extra === 'dynamax' || (active.maxMoves !== undefined && !active.canDynamax);
  if (isMax) return active.maxMoves?.maxMoves[slot]?.move ?? plain;
  return (extra === 'zmove' && active.canZMove?.[slot]?.move) || plain;
}

function extrasOf({ extra, done }: Draft, active: ActiveRequest): Extra[] {
  const used = new Set(done.flatMap((text) => text.split(' ').slice(-1)));
  const events = new Set(moveOptions(active).flatMap(({ event }) => event ?? []));
  return [...events]
    .filter((event) => !used.has(event))
    .map((event) => ({
      event,
      isOn: extra === event,
      label: event === 'terastallize' ? `Tera ${active.canTerastallize}` : (LABELS[event] ?? event),
    }));
}
