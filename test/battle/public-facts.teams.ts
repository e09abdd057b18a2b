/** Teams to prove the facts with, and seeds in the sim's notation. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Dex, type PokemonSet, Teams } from '@pkmn/sim';
import { FORMATS, generateTeam } from '../../src/battle/format.ts';
import type { FormatId } from '../../src/battle/ids.ts';
import { pick, type Random, shuffled } from '../../src/battle/random.ts';

const TEAM_SIZE = 6;
const NO_STATS = { hp: 0, atk: 0, def: 0, spa: 0, spd: 0, spe: 0 };
const FULL_IVS = { hp: 31, atk: 31, def: 31, spa: 31, spd: 31, spe: 31 };

/** For custom games: any species with any moves, ability and item, so that rare lines come up. Names differ within the team, so that idents are unambiguous. */
function wildTeam(format: string, random: Random): string {
  const dex = Dex.forFormat(format);
  const exists = ({ isNonstandard, gen }: { isNonstandard: unknown; gen: number }) =>
    !isNonstandard && gen <= dex.gen;
  const species = dex.species.all().filter((one) => exists(one) && !one.battleOnly);
  const moves = dex.moves.all().filter((move) => exists(move) && !move.isZ && !move.isMax);
  const items = dex.items.all().filter(exists);
  const abilities = dex.abilities.all().filter(exists);
  const team = shuffled(random, species)
    .slice(0, TEAM_SIZE)
    .map((one, index): PokemonSet => ({
      name: `${one.name.slice(0, 12)} ${index}`,
      species: one.name,
      moves: shuffled(random, moves)
        .slice(0, 4)
        .map((move) => move.name),
      ability: abilities.length > 0 ? pick(random, abilities).name : '',
      item: items.length > 0 ? pick(random, items).name : '',
      nature: 'Serious',
      gender: '',
      level: pick(random, [50, 100]),
      shiny: random() < 0.2,
      evs: NO_STATS,
      ivs: FULL_IVS,
    }));
  return Teams.pack(team);
}

export function simSeed(random: Random): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  return `sodium,${digits.join('')}`;
}

/** Packed: generated, one of `test/data/teams`, or wild in a custom game. */
export function teamFor(format: string, random: Random): string {
  if (format.endsWith('customgame')) return wildTeam(format, random);
  const offered = FORMATS.get(format as FormatId);
  assert.ok(offered, `${format} is not on offer`);
  if (!offered.teamRequired) return generateTeam(offered, simSeed(random));
  const file = new URL(`../data/teams/${format}.packed.txt`, import.meta.url);
  return pick(random, readFileSync(file, 'utf8').trim().split('\n'));
}
