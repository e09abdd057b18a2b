/**
 * Teams: from what a player sends to the packed text that a battle is played with. Only what `checkTeam` returned is
 * a team; it passed the sim's validator for one format and is that validator's corrected version of it.
 */
import { Dex, type PokemonSet, type Species, TeamValidator, Teams } from '@pkmn/sim';
import { findFormat, type Format } from './format.ts';
import type { FormatId, PackedTeam } from './ids.ts';
import { cleanName } from './names.ts';
import { readSets } from './team-set.ts';

/** Bounds of what a refusal says: the number of problems, and the characters of each. */
const MAX_PROBLEMS = 20;
const MAX_PROBLEM_LENGTH = 200;

export type TeamCheck =
  | { readonly ok: true; readonly packed: PackedTeam }
  | { readonly ok: false; readonly problems: readonly string[] };

const validators = new Map<FormatId, TeamValidator>();

/**
 * `team` is Showdown export text, packed text or an array of sets. Never throws. Checking the packed text again gives
 * the same packed text.
 */
export function checkTeam(format: FormatId, team: unknown): TeamCheck {
  const known = findFormat(format);
  if (!known) return refuse(['There is no such format.']);
  if (!known.teamRequired) return refuse([`${known.name} is played with random teams.`]);
  try {
    return check(known, team);
  } catch {
    // The sim's readers and validator throw on some texts that mean nothing; none of that touches any state.
    return refuse(['No team can be read from this.']);
  }
}

/** Showdown's export text, which `checkTeam` reads back to the same packed text. */
export function exportTeam(packed: PackedTeam): string {
  return (Teams.unpack(packed) ?? []).map((set) => exportSet(named(set))).join('');
}

function check(format: Format, team: unknown): TeamCheck {
  const read = readSets(team, format.generation);
  if (!read.ok) return refuse(read.problems);
  const { sets } = read;
  // The validator knows these bounds too, but a team that does not fill the field makes the sim throw.
  const { min, max } = format.teamSize;
  if (sets.length < min || sets.length > max) {
    return refuse([`${format.name} takes teams of ${min} to ${max} Pokémon; this one has ${sets.length}.`]);
  }
  const problems = validatorOf(format.id).validateTeam(sets);
  if (problems) return refuse(problems);
  // Packed only now: the validator corrects what it is given.
  return { ok: true, packed: Teams.pack(sets.map(named)) as PackedTeam };
}

function validatorOf(format: FormatId): TeamValidator {
  let validator = validators.get(format);
  if (!validator) {
    validator = new TeamValidator(format);
    validators.set(format, validator);
  }
  return validator;
}

/** The set with everything called as the sim calls it, and a nickname that is safe in lines. */
function named(set: PokemonSet): PokemonSet {
  const species = Dex.species.get(set.species);
  const nickname = cleanName(set.name);
  return {
    ...set,
    species: species.name,
    name: nickname && !isOwnName(nickname, species) ? nickname : species.baseSpecies,
    item: Dex.items.get(set.item).name,
    ability: Dex.abilities.get(set.ability).name,
    moves: set.moves.map((move) => Dex.moves.get(move).name),
  };
}

/** What the Pokémon is called anyway, in whichever forme: the validator takes that for no nickname, but before it is cleaned. */
function isOwnName(nickname: string, { baseSpecies }: Species): boolean {
  const called = Dex.species.get(nickname);
  return called.baseSpecies === baseSpecies && called.name.toLowerCase() === nickname.toLowerCase();
}

function exportSet(set: PokemonSet): string {
  const text = Teams.exportSet(set);
  const isHiddenPowerPlain = /^- Hidden Power/m.test(text) && !/^IVs: /m.test(text);
  // Readers guess the IVs of a Hidden Power where none are given, so full ones have to be said.
  const isFull = Object.values(set.ivs).every((iv) => iv === 31);
  return isHiddenPowerPlain && isFull ? text.replace(/^- /m, 'IVs: 31 HP  \n- ') : text;
}

function refuse(problems: readonly string[]): TeamCheck {
  return {
    ok: false,
    problems: problems.slice(0, MAX_PROBLEMS).map((problem) => problem.slice(0, MAX_PROBLEM_LENGTH)),
  };
}
