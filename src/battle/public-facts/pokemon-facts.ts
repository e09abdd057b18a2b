/** What a spectator knows of one Pokémon, and how its parts are written in protocol lines. */
import type { SideId } from '../ids.ts';

const STATS = ['atk', 'def', 'spa', 'spd', 'spe', 'accuracy', 'evasion'] as const;
export type BoostableStat = (typeof STATS)[number];
/** Stages that are not 0, each -6 to 6. Replaced, never changed in place: the same object means the same boosts. */
export type Boosts = Readonly<Partial<Record<BoostableStat, number>>>;
export const NO_BOOSTS: Boosts = Object.freeze({});

const STATUSES: ReadonlySet<string> = new Set(['brn', 'par', 'psn', 'tox', 'slp', 'frz']);
const BOOST_MAX = 6;

/** Where a Pokémon stands in `SideFacts.team`; never changes. */
export class PokemonFacts {
  readonly side: SideId;
  readonly index: number;
  /** `p1: Name`; empty while only the team preview has shown it. */
  ident = '';
  /** Forme as shown, also while changed or transformed; `Arceus-*` where the preview hides the forme. */
  species = '';
  level = 100;
  gender = '';
  shiny = false;
  /** Whole, 0–100, rounded up as the sim does; 0 means fainted. */
  hpPercent = 100;
  /** '' or one of brn, par, psn, tox, slp, frz. */
  status = '';
  fainted = false;
  active = false;
  boosts: Boosts = NO_BOOSTS;
  /** Type name such as `Fire`, once Terastallized. */
  teraType = '';
  /** Item id as far as shown; empty again when it is lost. */
  item = '';
  /** Id of the ability in force, as far as shown. */
  ability = '';

  /** Species that it has again when it leaves the field. */
  baseSpecies = '';
  /** Ability that it has again when it leaves the field. */
  ownAbility = '';
  /** `ability` was copied, swapped or suppressed: what is shown of it says nothing of `ownAbility`. */
  hasBorrowedAbility = false;
  /** The item that it lost last: lines about the effect of a consumed item follow its end. */
  lostItem = '';

  constructor(side: SideId, index: number) {
    this.side = side;
    this.index = index;
  }
}

/** As it is at this moment. */
export function copyOf(pokemon: PokemonFacts): PokemonFacts {
  return Object.assign(new PokemonFacts(pokemon.side, pokemon.index), pokemon);
}

/** Details are `Species, L50, M, shiny, tera:Fire`; everything but the species is optional. */
export function setDetails(pokemon: PokemonFacts, details: string): void {
  const parts = details.split(', ');
  pokemon.species = parts[0] ?? '';
  pokemon.baseSpecies = pokemon.species;
  pokemon.level = 100;
  pokemon.gender = '';
  pokemon.shiny = false;
  for (let i = 1; i < parts.length; i++) setDetail(pokemon, parts[i] ?? '');
}

function setDetail(pokemon: PokemonFacts, detail: string): void {
  if (detail === 'M' || detail === 'F') pokemon.gender = detail;
  else if (detail === 'shiny') pokemon.shiny = true;
  else if (detail.startsWith('tera:')) pokemon.teraType = detail.slice(5);
  else if (detail.startsWith('L')) {
    const level = Number(detail.slice(1));
    if (Number.isInteger(level) && level > 0) pokemon.level = level;
  }
}

/** A condition is `57/100`, `27/48 par`, `9/48y` (a colour where pixels are ambiguous) or `0 fnt`. */
export function setCondition(pokemon: PokemonFacts, condition: string): void {
  if (condition === '0 fnt') {
    pokemon.hpPercent = 0;
    pokemon.fainted = true;
    pokemon.status = '';
    return;
  }
  const slash = condition.indexOf('/');
  if (slash < 0) return;
  const now = Number.parseInt(condition, 10);
  const full = Number.parseInt(condition.slice(slash + 1), 10);
  if (!(now > 0 && full > 0)) return;
  pokemon.hpPercent = percentOf(now, full);
  pokemon.fainted = false;
  const space = condition.indexOf(' ', slash);
  setStatus(pokemon, space < 0 ? '' : condition.slice(space + 1));
}

/** The sim's rule for percentages, so that pixels and exact HP read alike: rounded up, 100 only when full. */
function percentOf(now: number, full: number): number {
  return now >= full ? 100 : Math.min(99, Math.ceil((100 * now) / full));
}

export function setStatus(pokemon: PokemonFacts, status: string): void {
  pokemon.status = STATUSES.has(status) ? status : '';
}

export function isStat(text: string): text is BoostableStat {
  return (STATS as readonly string[]).includes(text);
}

export function boostOf(pokemon: PokemonFacts, stat: BoostableStat): number {
  return pokemon.boosts[stat] ?? 0;
}

/** Out-of-range stages are clamped: gen 1 and 4 lines name the intended change, not the effective one. */
export function setBoost(pokemon: PokemonFacts, stat: BoostableStat, stage: number): void {
  const clamped = Math.max(-BOOST_MAX, Math.min(BOOST_MAX, stage));
  if (clamped === boostOf(pokemon, stat)) return;
  const { [stat]: _, ...others } = pokemon.boosts;
  pokemon.boosts = clamped === 0 ? others : { ...others, [stat]: clamped };
}

/** Keeps the stages that `keep` accepts, each mapped by `change`. */
export function mapBoosts(pokemon: PokemonFacts, change: (stage: number) => number): void {
  for (const stat of STATS) setBoost(pokemon, stat, change(boostOf(pokemon, stat)));
}

export function swapBoosts(one: PokemonFacts, other: PokemonFacts, stats: readonly string[]): void {
  for (const stat of stats.length === 0 ? STATS : stats) {
    if (!isStat(stat)) continue;
    const stage = boostOf(one, stat);
    setBoost(one, stat, boostOf(other, stat));
    setBoost(other, stat, stage);
  }
}

/** What ends with a Pokémon's time on the field. */
export function leaveField(pokemon: PokemonFacts): void {
  pokemon.active = false;
  pokemon.boosts = NO_BOOSTS;
  pokemon.species = pokemon.baseSpecies;
  pokemon.ability = pokemon.ownAbility;
  pokemon.hasBorrowedAbility = false;
}
