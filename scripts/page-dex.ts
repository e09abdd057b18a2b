/** What the page knows of the rules: a small table cut from the sim's, for all generations. */
import { Dex, type ModdedDex } from '@pkmn/sim';

/** type, category, power (0: none or not fixed), accuracy (0: never misses), PP. */
export type MoveRow = readonly [type: string, category: string, power: number, accuracy: number, pp: number];
/** Types joined by a slash, and base stats from HP to Speed. */
export type SpeciesRow = readonly [types: string, ...stats: number[]];

/** By id. A generation before the last names only what was different in it. */
export interface DexTable {
  readonly moves: Readonly<Record<string, MoveRow>>;
  readonly species: Readonly<Record<string, SpeciesRow>>;
  readonly earlier: Readonly<
    Record<
      number,
      { readonly moves: Readonly<Record<string, MoveRow>>; readonly types: Readonly<Record<string, string>> }
    >
  >;
  /** What items, abilities and the moves of Dynamax are called: requests have their ids only. */
  readonly names: Readonly<Record<string, string>>;
  /** By generation: attacking type → defending type → factor, where it is not 1. */
  readonly charts: Readonly<Record<number, TypeChart>>;
}

export type TypeChart = Readonly<Record<string, Readonly<Record<string, number>>>>;

const LAST = 9;
/** By the sim's number for what a defender takes. */
const FACTORS = [1, 2, 0.5, 0];
const CATEGORIES: Readonly<Record<string, string>> = { Physical: 'P', Special: 'S', Status: 'T' };

export function cutDex(): DexTable {
  const moves = movesOf(Dex.forGen(LAST));
  const species = speciesOf(Dex.forGen(LAST));
  const earlier: Record<number, DexTable['earlier'][number]> = {};
  const charts: Record<number, TypeChart> = { [LAST]: chartOf(Dex.forGen(LAST)) };
  for (let gen = 1; gen < LAST; gen++) {
    const dex = Dex.forGen(gen);
    earlier[gen] = {
      moves: differing(movesOf(dex), moves),
      types: Object.fromEntries(
        Object.entries(speciesOf(dex))
          .filter(([id, [types]]) => species[id]?.[0] !== types)
          .map(([id, [types]]) => [id, types]),
      ),
    };
    charts[gen] = chartOf(dex);
  }
  return { moves, species, earlier, names: namesOf(Dex.forGen(LAST)), charts };
}

function movesOf(dex: ModdedDex): Record<string, MoveRow> {
  const rows = dex.moves
    .all()
    // A Hidden Power of one type has the plain one's id.
    .filter((move) => isReal(move, dex.gen) && !move.realMove)
    .map(({ id, type, category, basePower, accuracy, pp }): [string, MoveRow] => [
      id,
      [type, CATEGORIES[category] ?? category, basePower, accuracy === true ? 0 : accuracy, pp],
    ]);
  return Object.fromEntries(rows);
}

function speciesOf(dex: ModdedDex): Record<string, SpeciesRow> {
  const rows = dex.species
    .all()
    .filter((species) => isReal(species, dex.gen))
    .map(({ id, types, baseStats: { hp, atk, def, spa, spd, spe } }): [string, SpeciesRow] => [
      id,
      [types.join('/'), hp, atk, def, spa, spd, spe],
    ]);
  return Object.fromEntries(rows);
}

function namesOf(dex: ModdedDex): Record<string, string> {
  const held = [...dex.items.all(), ...dex.abilities.all()].filter((thing) => isReal(thing, LAST));
  const max = dex.moves.all().filter(({ isMax }) => isMax);
  return Object.fromEntries([...held, ...max].map(({ id, name }) => [id, name]));
}

/** Also those that left the games with a generation: they are played in National Dex. */
function isReal(
  { gen, isNonstandard }: { gen: number; isNonstandard: string | null },
  last: number,
): boolean {
  return (
    gen <= last && (isNonstandard === null || isNonstandard === 'Past' || isNonstandard === 'Unobtainable')
  );
}

function differing(rows: Record<string, MoveRow>, last: Record<string, MoveRow>): Record<string, MoveRow> {
  return Object.fromEntries(
    Object.entries(rows).filter(([id, row]) => JSON.stringify(row) !== JSON.stringify(last[id])),
  );
}

function chartOf(dex: ModdedDex): TypeChart {
  const names = dex.types.names().filter((name) => name !== 'Stellar');
  return Object.fromEntries(
    names.map((attacker) => [
      attacker,
      Object.fromEntries(
        names
          .map(
            (defender) => [defender, FACTORS[dex.types.get(defender).damageTaken[attacker] ?? 0]!] as const,
          )
          .filter(([, factor]) => factor !== 1),
      ),
    ]),
  );
}
