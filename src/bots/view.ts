/** A battle as one side sees it: built from the lines of its channel and its requests, as the server sends them. */
import { foeOf, type SideId } from '../battle/ids.ts';
import { PublicFacts } from '../battle/public-facts.ts';
import type { PokemonFacts } from '../battle/public-facts/pokemon-facts.ts';
import { toId } from '../battle/public-facts/protocol-line.ts';
import type { SideFacts } from '../battle/public-facts/side-facts.ts';
import type { BattleRequest } from '../battle/request.ts';

/** Moves that call another one: what they call is not the user's own. */
const CALLED = /\[from\] ?(?:move: |ability: )?(?!lockedmove)/;

export class View {
  readonly format: string;
  readonly side: SideId;
  readonly facts = new PublicFacts();
  /** The open request. */
  request!: BattleRequest;
  /** Move ids that each of the foe's Pokémon has shown. */
  readonly #shownMoves = new Map<PokemonFacts, Set<string>>();
  /** Who has moved since it came in. */
  readonly #hasMoved = new Set<PokemonFacts>();

  constructor(format: string, side: SideId) {
    this.format = format;
    this.side = side;
  }

  get own(): SideFacts {
    return this.facts.sides[this.side];
  }

  get foe(): SideFacts {
    return this.facts.sides[foeOf(this.side)];
  }

  take(lines: readonly string[]): void {
    for (const line of lines) {
      this.facts.apply(line);
      if (line.startsWith('|move|')) this.#noteMove(line);
      else if (line.startsWith('|switch|') || line.startsWith('|drag|')) this.#noteEntry(line);
    }
  }

  shownMoves(pokemon: PokemonFacts): ReadonlySet<string> {
    return this.#shownMoves.get(pokemon) ?? new Set();
  }

  /** Whether it has not moved since it came in. */
  isFresh(pokemon: PokemonFacts): boolean {
    return !this.#hasMoved.has(pokemon);
  }

  #noteMove(line: string): void {
    const [, , ident = '', move = ''] = line.split('|');
    const pokemon = this.facts.sideOf(ident)?.find(ident);
    if (!pokemon) return;
    this.#hasMoved.add(pokemon);
    if (pokemon.side === this.side || CALLED.test(line)) return;
    const shown = this.#shownMoves.get(pokemon) ?? new Set();
    this.#shownMoves.set(pokemon, shown.add(toId(move)));
  }

  #noteEntry(line: string): void {
    const ident = line.split('|')[2] ?? '';
    const pokemon = this.facts.sideOf(ident)?.find(ident);
    if (pokemon) this.#hasMoved.delete(pokemon);
  }
}
