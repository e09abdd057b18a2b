/** How much a move counts against who stands somewhere, as far as the types tell. */
import type { SideId } from '../../../src/battle/ids.ts';
import { h, type Child } from '../render.ts';
import type { ChoiceParts } from './choice-view.ts';
import type { MoveFacts } from './dex.ts';

type Field = Pick<ChoiceParts, 'facts' | 'volatiles' | 'dex'>;

/** null where nobody stands there, for a move that does no damage, and where it is not known. */
export function factorAgainst(
  move: MoveFacts | undefined,
  side: SideId,
  slot: number,
  { facts, volatiles, dex }: Field,
): number | null {
  const pokemon = facts.sides[side].slots[slot];
  if (!move || move.category === 'Status' || !pokemon || pokemon.fainted) return null;
  const own = dex.species(pokemon.species)?.types;
  if (!own) return null;
  const types = pokemon.teraType ? [pokemon.teraType] : volatiles.typesAt(side, slot, own);
  return dex.effectiveness(move.type, types);
}

/** Nothing for the usual. */
export function factorView(factor: number | null): Child {
  if (factor === null || factor === 1) return null;
  return h('span', { class: `factor ${factor > 1 ? 'strong' : 'weak'}` }, textOf(factor));
}

function textOf(factor: number): string {
  if (factor === 0) return 'No effect';
  const shares: Readonly<Record<number, string>> = { 0.5: '½', 0.25: '¼', 0.125: '⅛' };
  return `×${shares[factor] ?? factor}`;
}
