/**
 * The formats on offer. Only their ids are listed here: what a format is follows from the sim's own rule table, so
 * that it cannot disagree with the battle that is played.
 */
import { createRequire, findPackageJSON } from 'node:module';
import { TeamGenerators } from '@pkmn/randoms/build/index.mjs';
import { Dex, type PRNGSeed, TeamValidator, Teams } from '@pkmn/sim';
import type { FormatId, PackedTeam } from './ids.ts';

/** Counts changes of this package that make an old input log replay differently on the same sim. */
const CORE_REVISION = 'r1';

/** What a log must be replayed on: sim and core, such as `@pkmn/sim 0.10.11 r1`. */
export const ENGINE_VERSION = `@pkmn/sim ${simVersion()} ${CORE_REVISION}`;

/** What a Pokémon may be told to do besides moving. */
export interface FormatFlags {
  readonly terastal: boolean;
  readonly dynamax: boolean;
  readonly zMoves: boolean;
  readonly mega: boolean;
}

export interface Format {
  readonly id: FormatId;
  /** As Showdown calls it: `[Gen 9] OU`. */
  readonly name: string;
  /** 1–9. */
  readonly generation: number;
  readonly gameType: 'singles' | 'doubles';
  readonly players: 2;
  /** Players bring a team; otherwise `generateTeam` makes one. */
  readonly teamRequired: boolean;
  readonly teamPreview: boolean;
  readonly rated: boolean;
  /** How many of the team are chosen at team preview, where that is fewer than all. */
  readonly pickedTeamSize?: number;
  /** Fewest and most Pokémon that a team may have. */
  readonly teamSize: { readonly min: number; readonly max: number };
  readonly flags: FormatFlags;
}

const OFFERED = [
  'gen9randombattle',
  'gen9randomdoublesbattle',
  'gen9monotyperandombattle',
  'gen8randombattle',
  'gen8randomdoublesbattle',
  'gen7randombattle',
  'gen6randombattle',
  'gen5randombattle',
  'gen4randombattle',
  'gen3randombattle',
  'gen2randombattle',
  'gen1randombattle',
  'gen9ou',
  'gen9ubers',
  'gen9doublesou',
  'gen9vgc2025regi',
  'gen9vgc2024regg',
  'gen9nationaldex',
  'gen8ou',
  'gen8vgc2022',
  'gen8nationaldex',
  'gen7ou',
  'gen7ubers',
  'gen7doublesou',
  'gen6ou',
  'gen5ou',
  'gen4ou',
  'gen3ou',
  'gen2ou',
  'gen1ou',
] as const;

const NO_STATS = { hp: 0, atk: 0, def: 0, spa: 0, spd: 0, spe: 0 };

/** All formats on offer, in the order in which lists show them. */
export const FORMATS: ReadonlyMap<FormatId, Format> = new Map(
  OFFERED.map((id) => [id as string as FormatId, describe(id as string as FormatId)]),
);

/** The format with exactly this id, if it is on offer. */
export function findFormat(id: string): Format | undefined {
  return FORMATS.get(id as FormatId);
}

/** How many Pokémon of a side fight at once. */
export function activeSlots(format: Format): 1 | 2 {
  return format.gameType === 'doubles' ? 2 : 1;
}

/**
 * A random team of a format that needs none of the player's. The same seed (in the sim's notation, as in an opening)
 * gives the same team, but only on the same generator: keep the packed text, not the seed.
 */
export function generateTeam(format: Format, seed: string): PackedTeam {
  if (format.teamRequired) throw new Error(`${format.id} has no team generator`);
  const team = TeamGenerators.getTeamGenerator(format.id, seed as PRNGSeed).getTeam();
  return Teams.pack(team) as PackedTeam;
}

function describe(id: FormatId): Format {
  const format = Dex.formats.get(id);
  const rules = Dex.formats.getRuleTable(format);
  const generation = Dex.forFormat(format).gen;
  const { gameType } = format;
  if (!format.exists || (gameType !== 'singles' && gameType !== 'doubles')) {
    throw new Error(`${id} is no two-player format of this sim`);
  }
  return {
    id,
    name: format.name,
    generation,
    gameType,
    players: 2,
    teamRequired: !format.team,
    teamPreview: rules.has('teampreview'),
    rated: Boolean(format.rated),
    ...(rules.pickedTeamSize && { pickedTeamSize: rules.pickedTeamSize }),
    teamSize: { min: Math.max(rules.minTeamSize, gameType === 'doubles' ? 2 : 1), max: rules.maxTeamSize },
    flags: {
      terastal: generation === 9 && !rules.has('terastalclause'),
      dynamax: generation === 8 && !rules.has('dynamaxclause'),
      zMoves: isItemAllowed(id, 'Normalium Z'),
      mega: isItemAllowed(id, 'Charizardite X'),
    },
  };
}

/** Z-Moves and Mega Evolution are a matter of the item: the validator knows where it exists (National Dex too). */
function isItemAllowed(id: FormatId, name: string): boolean {
  const validator = new TeamValidator(id);
  const set = { name: 'Charizard', species: 'Charizard', item: name, ability: 'Blaze', moves: [] };
  const holder = { ...set, nature: '', gender: '', level: 100, evs: NO_STATS, ivs: NO_STATS };
  return validator.checkItem(holder, validator.dex.items.get(name), {}) === null;
}

function simVersion(): string {
  const path = findPackageJSON('@pkmn/sim', import.meta.url);
  if (path === undefined) throw new Error('@pkmn/sim is not installed');
  return (createRequire(import.meta.url)(path) as { readonly version: string }).version;
}
