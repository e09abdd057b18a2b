/** What a foe's Pokémon may have that it has not shown: by the format's random sets, or by its species. */
import { TeamGenerators } from '@pkmn/randoms/build/index.mjs';
import { Dex, type ModdedDex } from '@pkmn/sim';
import { findFormat } from '../battle/format.ts';
import { toId } from '../battle/public-facts/protocol-line.ts';

interface RandomSet {
  readonly movepool: readonly string[];
  readonly abilities?: readonly string[];
  readonly teraTypes?: readonly string[];
}

/** What generators keep of a species; which of the two they have depends on the generation. */
interface GeneratorData {
  readonly randomSets?: Readonly<Record<string, { readonly sets?: readonly RandomSet[] }>>;
  readonly randomDoublesSets?: GeneratorData['randomSets'];
}

export interface GuessedMove {
  readonly id: string;
  /** How likely it is one of its four, 0–1. */
  readonly likelihood: number;
}

export interface Guess {
  readonly moves: readonly GuessedMove[];
  /** Ability id. */
  readonly ability: string;
}

const MOVES = 4;
const tables = new Map<string, GeneratorData['randomSets']>();

/** `species` is its name or id, `shown` the ids of moves that it has shown. */
export function guessSet(format: string, species: string, shown: ReadonlySet<string>): Guess {
  const sets = setsOf(format, species);
  const fitting = sets.filter(({ movepool }) => {
    const pool = new Set(movepool.map(toId));
    return [...shown].every((move) => pool.has(move));
  });
  const used = fitting.length > 0 ? fitting : sets;
  const dex = Dex.forFormat(Dex.formats.get(format));
  return {
    moves: used.length > 0 ? fromSets(used, shown) : fromTypes(dex, species, shown),
    ability: toId(used[0]?.abilities?.[0] ?? dex.species.get(species).abilities['0']),
  };
}

function fromSets(sets: readonly RandomSet[], shown: ReadonlySet<string>): GuessedMove[] {
  const likelihoods = new Map([...shown].map((id) => [id, 1]));
  for (const { movepool } of sets) {
    const open = movepool.map(toId).filter((id) => !shown.has(id));
    const share = Math.max(0, Math.min(1, (MOVES - shown.size) / Math.max(1, open.length))) / sets.length;
    for (const id of open) likelihoods.set(id, (likelihoods.get(id) ?? 0) + share);
  }
  return [...likelihoods].map(([id, likelihood]) => ({ id, likelihood }));
}

/** A plain attack of each of its types. */
function fromTypes(dex: ModdedDex, species: string, shown: ReadonlySet<string>): GuessedMove[] {
  const { types, baseStats } = dex.species.get(species);
  const moves = [...shown].map((id) => ({ id, likelihood: 1 }));
  if (shown.size >= MOVES) return moves;
  const attacks = PLAIN_ATTACKS[baseStats.atk >= baseStats.spa ? 'physical' : 'special'];
  const plain = types.flatMap((type) => attacks[type] ?? []).filter((id) => dex.moves.get(id).gen <= dex.gen);
  return [...moves, ...plain.filter((id) => !shown.has(id)).map((id) => ({ id, likelihood: 0.7 }))];
}

function setsOf(format: string, species: string): readonly RandomSet[] {
  if (!tables.has(format)) tables.set(format, tableOf(format));
  const { id, baseSpecies } = Dex.species.get(species);
  const table = tables.get(format);
  return table?.[id]?.sets ?? table?.[toId(baseSpecies)]?.sets ?? [];
}

function tableOf(format: string): GeneratorData['randomSets'] {
  const rules = findFormat(format);
  if (!rules || rules.teamRequired) return undefined;
  const data = TeamGenerators.getTeamGenerator(format) as unknown as GeneratorData;
  return rules.gameType === 'doubles' ? data.randomDoublesSets : data.randomSets;
}

const PLAIN_ATTACKS: Readonly<Record<'physical' | 'special', Readonly<Record<string, string>>>> = {
  physical: {
    Normal: 'bodyslam', Fire: 'flareblitz', Water: 'waterfall', Electric: 'wildcharge', Grass: 'seedbomb',
    Ice: 'icepunch', Fighting: 'closecombat', Poison: 'poisonjab', Ground: 'earthquake', Flying: 'bravebird',
    Psychic: 'zenheadbutt', Bug: 'xscissor', Rock: 'rockslide', Ghost: 'shadowclaw', Dragon: 'dragonclaw',
    Dark: 'crunch', Steel: 'ironhead', Fairy: 'playrough',
  },
  special: {
    Normal: 'hypervoice', Fire: 'flamethrower', Water: 'surf', Electric: 'thunderbolt', Grass: 'energyball',
    Ice: 'icebeam', Fighting: 'aurasphere', Poison: 'sludgebomb', Ground: 'earthpower', Flying: 'airslash',
    Psychic: 'psychic', Bug: 'bugbuzz', Rock: 'powergem', Ghost: 'shadowball', Dragon: 'dragonpulse',
    Dark: 'darkpulse', Steel: 'flashcannon', Fairy: 'moonblast',
  },
}; // prettier-ignore
