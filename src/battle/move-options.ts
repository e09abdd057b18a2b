/** The ways in which one Pokémon may use its moves now, as its request says: plain, and with each extra it offers. */
import type { ActiveRequest } from './request.ts';

/** What a side may do once in a turn (and mostly once in a battle). */
export type ExtraKind = 'mega' | 'ultra' | 'zmove' | 'dynamax' | 'terastallize';

export interface MoveOption {
  /** Place among the request's moves, from 0. */
  readonly slot: number;
  /** The sim's target type of what will be used; undefined where the target is not the player's. */
  readonly target: string | undefined;
  readonly extra?: ExtraKind;
  /** The word of the choice text that asks for the extra. */
  readonly event?: string;
}

/** All options, plain ones first. There always is a plain one: Struggle is a move. */
export function moveOptions(active: ActiveRequest): MoveOption[] {
  const plain = plainMoves(active);
  const withEach = (extra: ExtraKind, event: string): MoveOption[] =>
    plain.map((option) => ({ ...option, extra, event }));
  return [
    ...plain,
    ...(active.canMegaEvo ? withEach('mega', 'mega') : []),
    ...(active.canMegaEvoX ? withEach('mega', 'megax') : []),
    ...(active.canMegaEvoY ? withEach('mega', 'megay') : []),
    ...(active.canUltraBurst ? withEach('ultra', 'ultra') : []),
    ...(active.canTerastallize ? withEach('terastallize', 'terastallize') : []),
    ...zMoves(active),
    ...(active.canDynamax ? maxMoves(active, { extra: 'dynamax', event: 'dynamax' }) : []),
  ];
}

/** Of a Pokémon that is dynamaxed already, every move is a max move. */
function plainMoves(active: ActiveRequest): MoveOption[] {
  if (active.maxMoves && !active.canDynamax) return maxMoves(active, {});
  return active.moves.flatMap(({ disabled, target }, slot) => (disabled ? [] : [{ slot, target }]));
}

function zMoves(active: ActiveRequest): MoveOption[] {
  return (active.canZMove ?? []).flatMap((zMove, slot) =>
    zMove ? [{ slot, target: zMove.target, extra: 'zmove' as const, event: 'zmove' }] : [],
  );
}

function maxMoves(active: ActiveRequest, extra: Pick<MoveOption, 'extra' | 'event'>): MoveOption[] {
  return (active.maxMoves?.maxMoves ?? []).flatMap(({ disabled, target }, slot) =>
    disabled || active.moves[slot]?.disabled ? [] : [{ slot, target, ...extra }],
  );
}

/**
 * Where a move of this target type may be aimed, in the sim's numbers: foes 1 and 2, own side -1 and -2. Empty where
 * no target is chosen. Foes come up more often than the ally.
 */
export function targetsOf(target: string | undefined, slot: number, slots: number): number[] {
  if (slots === 1) return [];
  const self = -(slot + 1);
  const ally = slot === 0 ? -2 : -1;
  switch (target) {
    case 'normal':
    case 'any':
      return [1, 1, 1, 2, 2, 2, ally];
    case 'adjacentFoe':
      return [1, 2];
    case 'adjacentAlly':
      return [ally];
    case 'adjacentAllyOrSelf':
      return [ally, self];
    default:
      return [];
  }
}
