/** What a spectator knows of one side, and which of its Pokémon a line means. */
import type { SideId } from '../ids.ts';
import { PokemonFacts } from './pokemon-facts.ts';

/** The sim cuts longer teams. */
const TEAM_MAX = 24;
const SLOTS_MAX = 3;

export class SideFacts {
  readonly id: SideId;
  /** How many Pokémon the side brings; 0 until a line tells. */
  teamSize = 0;
  /** Layers by condition id. */
  sideConditions = new Map<string, number>();
  /** In the order of the team preview, otherwise of appearance. A Pokémon keeps its index. */
  team: PokemonFacts[] = [];
  /** Who stands where; a fainted one keeps its slot until it is replaced. */
  readonly slots: (PokemonFacts | undefined)[] = [];
  /** Each slot's Pokémon as it was before it came in: what holds again if it turns out to be an Illusion. */
  readonly beforeEntry: (PokemonFacts | undefined)[] = [];

  constructor(id: SideId) {
    this.id = id;
  }

  clearTeam(): void {
    this.team = [];
    this.slots.length = 0;
    this.beforeEntry.length = 0;
  }

  /** undefined when no team can be that long. */
  add(): PokemonFacts | undefined {
    if (this.team.length >= TEAM_MAX) return undefined;
    const pokemon = new PokemonFacts(this.id, this.team.length);
    this.team.push(pokemon);
    return pokemon;
  }

  /** By slot where the ident has one and the name agrees, otherwise the first of that name. */
  find(ident: string): PokemonFacts | undefined {
    const name = nameOf(ident);
    const inSlot = this.slots[slotOf(ident)];
    return inSlot?.ident === name ? inSlot : this.team.find((pokemon) => pokemon.ident === name);
  }

  /** Which Pokémon comes in under this ident and these details; a new one when none fits. */
  findEntering(ident: string, details: string): PokemonFacts | undefined {
    const name = nameOf(ident);
    let best: PokemonFacts | undefined;
    let bestFit = 0;
    for (const pokemon of this.team) {
      const fit = pokemon.active ? 0 : fitOf(pokemon, name, details);
      if (fit > bestFit) [best, bestFit] = [pokemon, fit];
    }
    return best ?? this.add();
  }
}

/** `p1a: Name` → `p1: Name`. */
export function nameOf(ident: string): string {
  const colon = ident.indexOf(': ');
  return colon < 0 ? ident : ident.slice(0, 2) + ident.slice(colon);
}

/** `p1b: Name` → 1; -1 for an ident without a slot. */
export function slotOf(ident: string): number {
  if (ident.indexOf(': ') !== 3) return -1;
  const slot = ident.charCodeAt(2) - 97;
  return slot >= 0 && slot < SLOTS_MAX ? slot : -1;
}

/**
 * How well a benched Pokémon fits what comes in; 0 is not at all. Seen before under this name is best, then shown by
 * the preview. One that fainted comes last but counts: it may only have seemed to, as somebody's Illusion.
 */
function fitOf(pokemon: PokemonFacts, name: string, details: string): number {
  const comma = details.indexOf(', ');
  const species = comma < 0 ? details : details.slice(0, comma);
  if (familyOf(pokemon.baseSpecies) !== familyOf(species)) return 0;
  const closeness = (pokemon.baseSpecies === species ? 2 : 0) + (hasLevel(pokemon, details) ? 1 : 0);
  if (pokemon.ident === name) return pokemon.fainted ? 1 : 10 + closeness;
  return pokemon.ident === '' && hasGender(pokemon, details) ? 2 + closeness : 0;
}

/** Formes of one species change and hide (`Zacian-*`); what comes before the hyphen does not. */
function familyOf(species: string): string {
  const hyphen = species.indexOf('-');
  return hyphen < 0 ? species : species.slice(0, hyphen);
}

function hasLevel(pokemon: PokemonFacts, details: string): boolean {
  return pokemon.level === 100 ? !details.includes(', L') : details.includes(`, L${pokemon.level}`);
}

function hasGender(pokemon: PokemonFacts, details: string): boolean {
  const gender = details.includes(', M') ? 'M' : details.includes(', F') ? 'F' : '';
  return pokemon.gender === gender;
}
