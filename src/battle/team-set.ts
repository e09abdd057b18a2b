/** Team data from outside, in whichever notation, as sets whose every field has its type and range. */
import { type PokemonSet, Teams } from '@pkmn/sim';
import { z } from 'zod';
import { cleanName } from './names.ts';

/** Longest team text that is looked at, in UTF-16 code units. Six sets take about 1 KiB, with all options 3. */
export const MAX_TEAM_LENGTH = 16 * 1024;
/** More sets than any format allows; the sim cannot hold more. */
const MAX_SETS = 24;

const name = z.string().max(64);
/** Goes into packed text as it is, so it may hold no separator. */
const word = z.string().regex(/^[A-Za-z -]{0,20}$/);
const stat = (max: number) => z.int().min(0).max(max).optional();
const stats = (max: number) =>
  z.object({ hp: stat(max), atk: stat(max), def: stat(max), spa: stat(max), spd: stat(max), spe: stat(max) });

const TeamSet = z.object({
  name: name.optional(),
  species: name.min(1),
  item: name.optional(),
  ability: name.optional(),
  moves: z.array(name).max(24),
  nature: word.optional(),
  gender: z.enum(['M', 'F', 'N', '']).optional(),
  evs: stats(255).optional(),
  ivs: stats(31).optional(),
  level: z.int().min(1).max(100).optional(),
  shiny: z.boolean().optional(),
  happiness: z.int().min(0).max(255).optional(),
  pokeball: name.optional(),
  hpType: word.optional(),
  gigantamax: z.boolean().optional(),
  dynamaxLevel: z.int().min(0).max(10).optional(),
  teraType: word.optional(),
});
const TeamSets = z.array(TeamSet).min(1).max(MAX_SETS);

const FULL_EVS = { hp: 252, atk: 252, def: 252, spa: 252, spd: 252, spe: 252 };

export type SetsRead =
  | { readonly ok: true; readonly sets: PokemonSet[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads export text, packed text or JSON sets. The validator trusts the types of what it is given, so nothing else
 * may reach it; and all three notations come out as the packed one would, so that they cannot differ. May throw on
 * text that breaks the sim's readers.
 */
export function readSets(team: unknown, generation: number): SetsRead {
  if (typeof team === 'string' && team.length > MAX_TEAM_LENGTH) {
    return refuse(`The team is longer than ${MAX_TEAM_LENGTH} characters.`);
  }
  const parsed = TeamSets.safeParse(typeof team === 'string' ? readText(team.trim()) : team);
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.map(describeIssue) };
  const sets = parsed.data.map((set) => ({
    ...set,
    // A species is no nickname, even where its name is too long for one.
    name: set.name === set.species ? '' : cleanName(set.name ?? ''),
    // Until generation 2 every stat may be trained in full, and exports do not mention it.
    evs: set.evs ?? (generation <= 2 ? FULL_EVS : {}),
  }));
  const packed = Teams.pack(sets as PokemonSet[]);
  return { ok: true, sets: Teams.unpack(packed) ?? [] };
}

function readText(text: string): unknown {
  const isPacked = text.includes('|') && !text.includes('\n');
  return (isPacked ? Teams.unpack(text) : Teams.import(`${text}\n\n`)) ?? [];
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  const [index, ...field] = path;
  if (typeof index !== 'number') return `No team can be read from this: ${message}.`;
  return `Pokémon ${index + 1}${field.length > 0 ? `, ${field.join('.')}` : ''}: ${message}.`;
}

function refuse(problem: string): SetsRead {
  return { ok: false, problems: [problem] };
}
