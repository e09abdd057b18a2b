/** Pairs of teams that differ in one hidden fact of one Pokémon, and which choices would show it. */
import { Dex, type PokemonSet, Teams } from '@pkmn/sim';
import { findFormat, generateTeam, type Format } from '../../src/battle/format.ts';
import type { PackedTeam } from '../../src/battle/ids.ts';
import { pick, shuffled, type Random } from '../../src/battle/random.ts';
import type { BattleRequest } from '../../src/battle/request.ts';
import { checkTeam } from '../../src/battle/team.ts';
import { teamsFor } from '../../loadtest/teams.ts';
import { simSeed } from '../battle/public-facts.teams.ts';

/** `hp` is the exact HP behind a percentage; the others leave no trace in the omniscient log until they are used. */
export const FACT_KINDS = ['move', 'item', 'ability', 'teraType', 'evs', 'unseen', 'hp'] as const;
export type FactKind = (typeof FACT_KINDS)[number];

export interface Variants {
  readonly format: Format;
  readonly teams: readonly [PackedTeam, PackedTeam];
  /** The Pokémon that differs, as requests call it; null where that differs too. */
  readonly ident: string | null;
  /** What would show the difference, asked of a choice that the first team could make. */
  shows(request: BattleRequest, choice: string): boolean;
}

const FORMATS = [
  'gen9randombattle', 'gen9ou', 'gen9doublesou', 'gen9vgc2025regi', 'gen8randombattle', 'gen8ou',
  'gen9randomdoublesbattle', 'gen7ou', 'gen6randombattle', 'gen4ou', 'gen3ou', 'gen4randombattle',
] as const; // prettier-ignore

/** Items that say nothing until something happens to their holder. */
const QUIET_ITEMS = [
  'Safety Goggles', 'Heavy-Duty Boots', 'Covert Cloak', 'Utility Umbrella', 'Protective Pads', 'Clear Amulet',
  'Mental Herb', 'Lum Berry', 'Focus Sash', 'Weakness Policy', 'Shell Bell', 'Scope Lens', 'Red Card', 'Eject Button',
  'Leppa Berry', 'Expert Belt', 'Muscle Band', 'Wise Glasses', 'Destiny Knot', 'White Herb', 'Persim Berry',
  'Chesto Berry', 'Cheri Berry', 'Choice Scarf', 'Choice Band', 'Assault Vest', 'Soft Sand', 'Charcoal', 'Magnet',
] as const; // prettier-ignore

const STATS = ['atk', 'def', 'spa', 'spd', 'spe'] as const;

/** null where the draw came to nothing; draw again. */
export function drawVariants(kind: FactKind, random: Random): Variants | null {
  const format = findFormat(pick(random, FORMATS))!;
  if (!suits(kind, format)) return null;
  const sets = Teams.unpack(teamOf(format, random)) ?? [];
  const names = new Set(sets.map(nameOf));
  if (names.size < sets.length) return null;
  const lead = kind !== 'unseen' && random() < 0.5;
  const index = lead ? 0 : Math.floor(random() * sets.length);
  const [one, other] = DRAWS[kind](sets[index]!, format, random) ?? [];
  if (!one || !other || (kind === 'unseen' && names.has(nameOf(other)))) return null;
  const teams = [one, other].map((set) => legal(format, sets.with(index, set)));
  const [first, second] = teams;
  if (!first || !second || first === second) return null;
  const ident = `p2: ${nameOf(one)}`;
  return {
    format,
    teams: [first, second],
    ident: kind === 'unseen' ? null : ident,
    shows: (request, choice) => SHOWS[kind](request, choice, ident, moveId(one, other)),
  };
}

type Draw = (set: PokemonSet, format: Format, random: Random) => readonly PokemonSet[] | null;

const DRAWS: Readonly<Record<FactKind, Draw>> = {
  move(set, format, random) {
    const dex = Dex.forFormat(format.id);
    const known = set.moves.map((move) => dex.moves.get(move).id);
    const pool = [...dex.species.getMovePool(dex.species.get(set.species).id)];
    const other = shuffled(random, pool).find((id) => !known.includes(id));
    if (other === undefined || set.moves.length < 2) return null;
    const slot = Math.floor(random() * set.moves.length);
    return [set, { ...set, moves: set.moves.with(slot, dex.moves.get(other).name) }];
  },
  item(set, format, random) {
    const dex = Dex.forFormat(format.id);
    const items = QUIET_ITEMS.filter((name) => {
      const { gen, isNonstandard } = dex.items.get(name);
      return gen <= format.generation && !isNonstandard;
    });
    return shuffled(random, items)
      .slice(0, 2)
      .map((item) => ({ ...set, item }));
  },
  ability(set, format, random) {
    const { abilities } = Dex.forFormat(format.id).species.get(set.species);
    const others = Object.values(abilities).filter((ability) => ability !== '' && ability !== set.ability);
    return others.length > 0 ? [set, { ...set, ability: pick(random, others) }] : null;
  },
  teraType(set, _format, random) {
    const types = ['Fire', 'Water', 'Grass', 'Ghost', 'Steel', 'Fairy'].filter(
      (type) => type !== set.teraType,
    );
    return [set, { ...set, teraType: pick(random, types) }];
  },
  evs(set, _format, random) {
    const [from, to] = shuffled(random, STATS) as unknown as [(typeof STATS)[number], (typeof STATS)[number]];
    return moveEvs(set, from, to);
  },
  hp(set, _format, random) {
    const stat = pick(random, STATS);
    return moveEvs(set, 'hp', stat) ?? moveEvs(set, stat, 'hp');
  },
  unseen(set, format, random) {
    return [set, pick(random, Teams.unpack(teamOf(format, random))!)];
  },
};

type Shows = (request: BattleRequest, choice: string, ident: string, moves: readonly string[]) => boolean;

const never: Shows = () => false;

const SHOWS: Readonly<Record<FactKind, Shows>> = {
  move: (request, choice, ident, [changed]) =>
    actions(request, choice).some(
      ({ pokemon, words, slot }) =>
        pokemon === ident &&
        (words[0] === 'default' ||
          (words[0] === 'move' && request.active?.[slot]?.moves[Number(words[1]) - 1]?.id === changed)),
    ),
  item: never,
  ability: never,
  evs: never,
  hp: never,
  teraType: (request, choice, ident) =>
    actions(request, choice).some(
      ({ pokemon, words }) => pokemon === ident && words.includes('terastallize'),
    ),
  unseen: (request, choice, ident) =>
    actions(request, choice).some(
      ({ words }) => words[0] === 'switch' && request.side.pokemon[Number(words[1]) - 1]?.ident === ident,
    ),
};

function actions(request: BattleRequest, choice: string) {
  return choice.split(', ').map((action, slot) => ({
    slot,
    words: action.split(' '),
    pokemon: request.side.pokemon[slot]?.ident,
  }));
}

/** The ids of the move that is in the first set and not in the second, if there is one. */
function moveId(one: PokemonSet, other: PokemonSet): string[] {
  const ids = (set: PokemonSet): string[] => set.moves.map((move) => Dex.moves.get(move).id);
  return ids(one).filter((id) => !ids(other).includes(id));
}

function moveEvs(set: PokemonSet, from: keyof PokemonSet['evs'], to: keyof PokemonSet['evs']) {
  const moved = Math.min(set.evs[from], 252 - set.evs[to]);
  if (moved < 4) return null;
  return [set, { ...set, evs: { ...set.evs, [from]: set.evs[from] - moved, [to]: set.evs[to] + moved } }];
}

function suits(kind: FactKind, format: Format): boolean {
  if (kind === 'teraType') return format.flags.terastal;
  return kind !== 'unseen' || !format.teamPreview;
}

function teamOf(format: Format, random: Random): string {
  return format.teamRequired ? pick(random, teamsFor(format.id)) : generateTeam(format, simSeed(random));
}

/** Formats with teams of their own must take it; what the validator corrects is kept. */
function legal(format: Format, sets: PokemonSet[]): PackedTeam | null {
  const packed = Teams.pack(sets);
  if (!format.teamRequired) return packed as PackedTeam;
  const checked = checkTeam(format.id, packed);
  return checked.ok ? checked.packed : null;
}

function nameOf({ name, species }: PokemonSet): string {
  return name || Dex.species.get(species).baseSpecies;
}
