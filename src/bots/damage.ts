/** What a move is expected to do to its target, by the damage calculator. */
import { calculate, Field, Move } from '@smogon/calc';
import { Dex } from '@pkmn/sim';
import type { SideFacts } from '../battle/public-facts/side-facts.ts';
import { type Combatant, generationOf } from './combatants.ts';
import { worthOf } from './move-worth.ts';
import type { View } from './view.ts';

const WEATHERS: Readonly<Record<string, string>> = {
  raindance: 'Rain', sunnyday: 'Sun', sandstorm: 'Sand', hail: 'Hail', snow: 'Snow', snowscape: 'Snow',
  desolateland: 'Harsh Sunshine', primordialsea: 'Heavy Rain', deltastream: 'Strong Winds',
}; // prettier-ignore
const TERRAINS: Readonly<Record<string, string>> = {
  electricterrain: 'Electric',
  grassyterrain: 'Grassy',
  mistyterrain: 'Misty',
  psychicterrain: 'Psychic',
};

type FieldOptions = NonNullable<ConstructorParameters<typeof Field>[0]>;

/** The field for an attack of one side on the other. */
export function fieldFor(view: View, target: SideFacts, isDoubles: boolean): Field {
  const { weather, terrain } = view.facts;
  const has = (id: string): boolean => target.sideConditions.has(id);
  return new Field({
    gameType: isDoubles ? 'Doubles' : 'Singles',
    weather: WEATHERS[weather],
    terrain: TERRAINS[terrain],
    defenderSide: {
      isReflect: has('reflect'),
      isLightScreen: has('lightscreen'),
      isAuroraVeil: has('auroraveil'),
    },
  } as FieldOptions);
}

export interface MoveUse {
  readonly isZ?: boolean;
  readonly isMax?: boolean;
}

/**
 * The mean damage of a use, misses and what the use costs counted in, as a share of the target's full HP. 0 for moves
 * that do none.
 */
export function expectedDamage(
  view: View,
  attacker: Combatant,
  target: Combatant,
  id: string,
  field: Field,
  { isZ = false, isMax = false }: MoveUse = {},
): number {
  const dex = Dex.forFormat(Dex.formats.get(view.format));
  const move = dex.moves.get(id);
  if (move.category === 'Status') return 0;
  const accuracy = move.accuracy === true || isZ || isMax ? 1 : move.accuracy / 100;
  const damage = meanDamage(view, attacker, target, move.name, field, { isZ, isMax });
  return (
    damage * accuracy * (FIRST_TURN_ONLY.has(move.id) ? firstTurnWorth(view, attacker) : worthOf(move.id))
  );
}

const FIRST_TURN_ONLY: ReadonlySet<string> = new Set(['fakeout', 'firstimpression']);

function firstTurnWorth(view: View, { facts }: Combatant): number {
  return facts !== undefined && view.isFresh(facts) ? 1 : 0;
}

function meanDamage(
  view: View,
  attacker: Combatant,
  target: Combatant,
  name: string,
  field: Field,
  { isZ = false, isMax = false }: MoveUse,
): number {
  try {
    const generation = generationOf(view);
    const { ability, item } = attacker.calc;
    const options = { ...(ability && { ability }), ...(item && { item }), useZ: isZ, useMax: isMax };
    const move = new Move(generation, name, options);
    const { damage } = calculate(generation, attacker.calc, target.calc, move, field);
    return meanOf(damage) / target.calc.rawStats.hp;
  } catch {
    // It does not know every move of every generation.
    return Dex.moves.get(name).basePower / 250;
  }
}

/** One number, the 16 rolls, or the rolls of each hit. */
function meanOf(damage: number | readonly (number | readonly number[])[]): number {
  if (typeof damage === 'number') return damage;
  if (damage.some((hit) => typeof hit !== 'number')) {
    return damage.reduce<number>((sum, hit) => sum + meanOf(hit), 0);
  }
  return damage.reduce<number>((sum, roll) => sum + (roll as number), 0) / Math.max(1, damage.length);
}
