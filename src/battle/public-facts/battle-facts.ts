/** The facts of a whole battle, the lookups that line handlers need, and what has changed since the last take. */
import type { SideId } from '../ids.ts';
import { PokemonFacts } from './pokemon-facts.ts';
import { SideFacts } from './side-facts.ts';

export type FactPhase = 'teamPreview' | 'turn' | 'ended';

/** What must be copied to be up to date: whole objects, not single fields. Each appears once. */
export interface FactChanges {
  /** Phase, turn, weather, terrain or pseudo weather. */
  readonly field: boolean;
  /** Team size, side conditions, or the number of Pokémon in `team`. */
  readonly sides: readonly SideFacts[];
  /** Find the copy by `side` and `index`. */
  readonly pokemon: readonly PokemonFacts[];
}

export class BattleFacts {
  phase: FactPhase = 'turn';
  turn = 0;
  weather = '';
  terrain = '';
  readonly pseudoWeather = new Set<string>();
  readonly sides: Readonly<Record<SideId, SideFacts>> = { p1: new SideFacts('p1'), p2: new SideFacts('p2') };

  #isFieldChanged = false;
  readonly #changedSides = new Set<SideFacts>();
  readonly #changedPokemon = new Set<PokemonFacts>();

  /** The changes since the last call. */
  takeChanges(): FactChanges {
    const changes = {
      field: this.#isFieldChanged,
      sides: [...this.#changedSides],
      pokemon: [...this.#changedPokemon].filter(
        (pokemon) => this.sides[pokemon.side].team[pokemon.index] === pokemon,
      ),
    };
    this.#isFieldChanged = false;
    this.#changedSides.clear();
    this.#changedPokemon.clear();
    return changes;
  }

  markField(): void {
    this.#isFieldChanged = true;
  }

  markSide(side: SideFacts): void {
    this.#changedSides.add(side);
  }

  markPokemon(pokemon: PokemonFacts): void {
    this.#changedPokemon.add(pokemon);
  }

  /** The side that an ident (`p1a: Name`, `p1: Name`, `p1`) names. */
  sideOf(ident: string | undefined): SideFacts | undefined {
    if (ident?.startsWith('p1')) return this.sides.p1;
    return ident?.startsWith('p2') ? this.sides.p2 : undefined;
  }

  /** The Pokémon that an ident names, marked as changed: handlers look up only what they change. */
  edit(ident: string | undefined): PokemonFacts | undefined {
    const pokemon = ident === undefined ? undefined : this.sideOf(ident)?.find(ident);
    if (pokemon) this.markPokemon(pokemon);
    return pokemon;
  }

  /** All Pokémon on the field, marked as changed. */
  editActive(): PokemonFacts[] {
    const active = [...this.sides.p1.slots, ...this.sides.p2.slots].filter(
      (pokemon) => pokemon?.active === true,
    );
    for (const pokemon of active) if (pokemon) this.markPokemon(pokemon);
    return active as PokemonFacts[];
  }
}
