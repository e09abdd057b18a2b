/** Lines about who is there, on which place and in which forme. */
import type { BattleFacts } from './battle-facts.ts';
import type { LineHandler, LineHandlers } from './line-handler.ts';
import { copyOf, leaveField, NO_BOOSTS, setCondition, setDetails } from './pokemon-facts.ts';
import type { PokemonFacts } from './pokemon-facts.ts';
import type { LineParts } from './protocol-line.ts';
import { tagOf, toId } from './protocol-line.ts';
import { nameOf, slotOf } from './side-facts.ts';
import type { SideFacts } from './side-facts.ts';

/** Formes that keep their ability; every other lasting change of forme brings another one. */
const ABILITIES_KEPT: ReadonlySet<string> = new Set(['disguise', 'iceface']);

export const PRESENCE_LINES: LineHandlers = {
  clearpoke(facts) {
    for (const side of [facts.sides.p1, facts.sides.p2]) {
      side.clearTeam();
      facts.markSide(side);
    }
  },
  poke(facts, parts) {
    const side = facts.sideOf(parts[2]);
    const pokemon = side?.add();
    if (!side || !pokemon) return;
    setDetails(pokemon, parts[3] ?? '');
    side.teamSize = side.team.length;
    facts.markSide(side);
    facts.markPokemon(pokemon);
  },
  teamsize(facts, parts) {
    const side = facts.sideOf(parts[2]);
    const size = Number(parts[3]);
    if (!side || !Number.isInteger(size) || size < 0) return;
    side.teamSize = size;
    facts.markSide(side);
  },
  switch: enter,
  drag: enter,
  replace: endIllusion,
  swap(facts, parts) {
    const side = facts.sideOf(parts[2]);
    const [from, to] = [slotOf(parts[2] ?? ''), Number(parts[3])];
    if (!side || from < 0 || !(to in side.slots)) return;
    swapPlaces(side.slots, from, to);
    swapPlaces(side.beforeEntry, from, to);
  },
  detailschange(facts, parts) {
    const pokemon = facts.edit(parts[2]);
    if (!pokemon) return;
    setDetails(pokemon, parts[3] ?? '');
    if (!ABILITIES_KEPT.has(pokemon.ownAbility)) forgetAbility(pokemon);
  },
  '-formechange'(facts, parts) {
    const pokemon = facts.edit(parts[2]);
    if (pokemon) pokemon.species = parts[3] ?? '';
  },
  '-transform'(facts, parts) {
    const [pokemon, original] = [facts.edit(parts[2]), facts.edit(parts[3])];
    if (!pokemon || !original) return;
    if (tagOf(parts, '[from] ') === 'ability: Imposter') pokemon.ownAbility = 'imposter';
    pokemon.species = original.species;
    pokemon.boosts = original.boosts;
    pokemon.ability = original.ability;
    pokemon.hasBorrowedAbility = true;
  },
  '-terastallize'(facts, parts) {
    const pokemon = facts.edit(parts[2]);
    if (pokemon) pokemon.teraType = parts[3] ?? '';
  },
};

function enter(...[facts, parts]: Parameters<LineHandler>): void {
  const ident = parts[2] ?? '';
  const side = facts.sideOf(ident);
  const slot = slotOf(ident);
  if (!side || slot < 0) return;
  const boosts = leave(facts, side, slot);
  const pokemon = findEntering(facts, side, parts);
  if (!pokemon) return;
  const details = parts[3] ?? '';
  // Who comes in Terastallized is who did it: if that is an Illusion, this one never did.
  const before = copyOf(pokemon);
  if (details.includes(', tera:')) before.teraType = '';
  side.beforeEntry[slot] = before;
  side.slots[slot] = pokemon;
  pokemon.ident = nameOf(ident);
  setDetails(pokemon, details);
  setCondition(pokemon, parts[4] ?? '');
  pokemon.active = !pokemon.fainted;
  // Shed Tail passes a substitute only, and every other switch nothing.
  pokemon.boosts = tagOf(parts, '[from] ') === 'Baton Pass' ? boosts : NO_BOOSTS;
}

/** Takes the Pokémon of a slot off the field; the boosts that it had. */
function leave(facts: BattleFacts, side: SideFacts, slot: number): PokemonFacts['boosts'] {
  const leaving = side.slots[slot];
  if (!leaving) return NO_BOOSTS;
  const { boosts } = leaving;
  leaveField(leaving);
  facts.markPokemon(leaving);
  return boosts;
}

function findEntering(facts: BattleFacts, side: SideFacts, parts: LineParts): PokemonFacts | undefined {
  const known = side.team.length;
  const pokemon = side.findEntering(parts[2] ?? '', parts[3] ?? '');
  if (pokemon) facts.markPokemon(pokemon);
  if (side.team.length !== known) facts.markSide(side);
  return pokemon;
}

/** The one in the slot was another one in disguise: what was shown since it came in belongs to that other one. */
function endIllusion(...[facts, parts]: Parameters<LineHandler>): void {
  const ident = parts[2] ?? '';
  const side = facts.sideOf(ident);
  const slot = slotOf(ident);
  const disguise = side?.slots[slot];
  const before = side?.beforeEntry[slot];
  if (!side || !disguise || !before) return;
  const pokemon = findEntering(facts, side, parts);
  if (!pokemon) return;
  side.slots[slot] = pokemon;
  side.beforeEntry[slot] = copyOf(pokemon);
  pokemon.ident = nameOf(ident);
  setDetails(pokemon, parts[3] ?? '');
  const { hpPercent, status, fainted, active, boosts } = disguise;
  Object.assign(pokemon, { hpPercent, status, fainted, active, boosts });
  if (disguise.item !== before.item) pokemon.item = disguise.item;
  if (disguise.teraType !== before.teraType) pokemon.teraType = disguise.teraType;
  pokemon.ability = 'illusion';
  pokemon.ownAbility = 'illusion';
  Object.assign(disguise, before);
  facts.markPokemon(disguise);
}

function swapPlaces(places: unknown[], from: number, to: number): void {
  [places[from], places[to]] = [places[to], places[from]];
}

/** Forgets an ability that no longer holds and whose successor no line has told. */
export function forgetAbility(pokemon: PokemonFacts): void {
  pokemon.ability = '';
  pokemon.ownAbility = '';
  pokemon.hasBorrowedAbility = false;
}

/** The item that an evolution of the battle shows: `-mega|p1a: X|Charizard|Charizardite X`. */
export function showStone(pokemon: PokemonFacts, stone: string | undefined): void {
  if (stone !== undefined && stone !== '' && !stone.startsWith('[')) pokemon.item = toId(stone);
}
