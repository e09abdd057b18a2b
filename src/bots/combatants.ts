/** Pokémon as the damage calculator takes them, from what a side knows of its own and of the foe's. */
import { Generations, Pokemon } from '@smogon/calc';
import { Dex } from '@pkmn/sim';
import { findFormat } from '../battle/format.ts';
import type { PokemonFacts } from '../battle/public-facts/pokemon-facts.ts';
import type { RequestPokemon } from '../battle/request.ts';
import { type GuessedMove, guessSet } from './guess.ts';
import type { View } from './view.ts';

export type Generation = ReturnType<typeof Generations.get>;

export interface Combatant {
  readonly calc: Pokemon;
  readonly moves: readonly GuessedMove[];
  /** 0–1. */
  readonly hp: number;
  /** As the protocol names it: brn, par, … */
  readonly status: string;
  readonly facts: PokemonFacts | undefined;
}

/** Random battles give 85 to every stat; it is a fair guess elsewhere too. */
const EVS = { hp: 85, atk: 85, def: 85, spa: 85, spd: 85, spe: 85 };
/** Until generation 2 every stat is trained in full. */
const FULL_EVS = { hp: 252, atk: 252, def: 252, spa: 252, spd: 252, spe: 252 };

type CalcOptions = NonNullable<ConstructorParameters<typeof Pokemon>[2]>;

export function generationOf(view: View): Generation {
  return Generations.get((findFormat(view.format)?.generation ?? 9) as Parameters<typeof Generations.get>[0]);
}

/** A Pokémon of one's own. Terastallized to `teraType` where that is given. */
export function ownCombatant(view: View, pokemon: RequestPokemon, teraType?: string): Combatant {
  const facts = view.own.find(pokemon.ident);
  const [hp, status] = readCondition(pokemon.condition);
  const species = (facts?.active && facts.species) || (pokemon.details.split(', ')[0] ?? '');
  const calc = calcPokemon(view, species, {
    level: levelOf(pokemon.details),
    ability: nameOf('abilities', pokemon.ability ?? pokemon.baseAbility),
    item: nameOf('items', pokemon.item),
    teraType: teraType ?? pokemon.terastallized ?? '',
    boosts: (facts?.active && facts.boosts) || {},
    status,
    gender: facts?.gender,
  });
  // Its own stats are known, whatever its training. Transformed it has others, which nobody tells.
  for (const stat of ['atk', 'def', 'spa', 'spd', 'spe'] as const) {
    calc.rawStats[stat] = pokemon.stats[stat];
    calc.stats[stat] = pokemon.stats[stat];
  }
  calc.originalCurHP = Math.max(1, Math.round(hp * calc.rawStats.hp));
  return { calc, moves: pokemon.moves.map((id) => ({ id, likelihood: 1 })), hp, status, facts };
}

/** One of the foe's, as far as it is known; the rest is guessed. */
export function foeCombatant(view: View, facts: PokemonFacts): Combatant {
  const guess = guessSet(view.format, facts.species, view.shownMoves(facts));
  const calc = calcPokemon(view, facts.species, {
    level: facts.level,
    ability: nameOf('abilities', facts.ability || guess.ability),
    item: nameOf('items', facts.item),
    teraType: facts.teraType,
    boosts: facts.boosts,
    status: facts.status,
    gender: facts.gender,
  });
  const hp = facts.hpPercent / 100;
  calc.originalCurHP = Math.max(1, Math.round(hp * calc.rawStats.hp));
  return { calc, moves: guess.moves, hp, status: facts.status, facts };
}

interface CalcParts {
  readonly level: number;
  readonly ability: string;
  readonly item: string;
  readonly teraType: string;
  readonly boosts: object;
  readonly status: string;
  readonly gender: string | undefined;
}

function calcPokemon(view: View, species: string, parts: CalcParts): Pokemon {
  const generation = generationOf(view);
  const { level, boosts, status } = parts;
  const options = {
    level,
    boosts,
    status,
    evs: generation.num <= 2 ? FULL_EVS : EVS,
    ...(parts.ability && { ability: parts.ability }),
    ...(parts.item && { item: parts.item }),
    ...(parts.teraType && { teraType: parts.teraType }),
    ...(parts.gender && { gender: parts.gender }),
  } as CalcOptions;
  return new Pokemon(generation, calcSpecies(generation, species), options);
}

/** The calculator knows no formes that only look different. */
function calcSpecies(generation: Generation, name: string): string {
  const species = Dex.species.get(name.replace('-*', ''));
  const candidates = [species.name, species.changesFrom, species.baseSpecies].filter(
    (one) => one !== undefined,
  );
  const knows = (one: string): boolean => generation.species.get(Dex.toID(one)) !== undefined;
  return candidates.find(knows) ?? 'Mew';
}

function nameOf(kind: 'abilities' | 'items', id: string): string {
  return id === '' ? '' : Dex[kind].get(id).name;
}

function levelOf(details: string): number {
  return Number(/, L(\d+)/.exec(details)?.[1] ?? 100);
}

function readCondition(condition: string): [hp: number, status: string] {
  const [numbers = '', status = ''] = condition.split(' ');
  const [now = 0, full = 1] = numbers.split('/').map(Number);
  return status === 'fnt' ? [0, ''] : [now / full, status];
}
