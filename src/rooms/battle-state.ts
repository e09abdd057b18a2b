/**
 * The state of a battle room: public facts only, the same for everybody. Copied from `PublicFacts`, which sees the
 * spectator channel alone, so nothing hidden can get in here.
 */
import { $changes, ArraySchema, MapSchema, schema, t, type SchemaType } from '@colyseus/schema';
import type { Battle } from '../battle/battle.ts';
import { SIDE_IDS, type SideId } from '../battle/ids.ts';
import type { OpeningSide } from '../battle/opening.ts';
import type { FactChanges } from '../battle/public-facts/battle-facts.ts';
import type { Boosts, PokemonFacts } from '../battle/public-facts/pokemon-facts.ts';
import type { SideFacts } from '../battle/public-facts/side-facts.ts';
import type { PublicFacts } from '../battle/public-facts.ts';

export const PokemonState = schema(
  {
    ident: t.string().default(''),
    species: t.string().default(''),
    level: t.uint8().default(100),
    gender: t.string().default(''),
    shiny: t.boolean().default(false),
    hpPercent: t.uint8().default(100),
    status: t.string().default(''),
    fainted: t.boolean().default(false),
    active: t.boolean().default(false),
    boosts: t.map('int8'),
    teraType: t.string().default(''),
    item: t.string().default(''),
    ability: t.string().default(''),
  },
  'PokemonState',
);
export type PokemonState = SchemaType<typeof PokemonState>;

export const SideState = schema(
  {
    userId: t.string().default(''),
    name: t.string().default(''),
    elo: t.number().default(0),
    connected: t.boolean().default(false),
    latencyMs: t.uint16().default(0),
    connection: t.string().default(''),
    hasChosen: t.boolean().default(false),
    deadlineAt: t.number().default(0),
    reconnectByAt: t.number().default(0),
    teamSize: t.uint8().default(0),
    sideConditions: t.map('uint8'),
    team: t.array(PokemonState),
  },
  'SideState',
);
export type SideState = SchemaType<typeof SideState>;

export const BattleState = schema(
  {
    battleId: t.string().default(''),
    format: t.string().default(''),
    gameType: t.string().default(''),
    phase: t.string().default(''),
    turn: t.uint16().default(0),
    startedAt: t.number().default(0),
    weather: t.string().default(''),
    terrain: t.string().default(''),
    pseudoWeather: t.array('string'),
    winner: t.string().default(''),
    endReason: t.string().default(''),
    spectators: t.uint16().default(0),
    sides: t.map(SideState),
  },
  'BattleState',
);
export type BattleState = SchemaType<typeof BattleState>;

/** More ids than one owner of a battle gives out: two teams of 24 with their maps, and the sides. */
const REF_IDS_PER_EPOCH = 4096;

/**
 * Fills the state of a room that was made for `epoch`. It must be the room's state already.
 *
 * A client that comes back by itself keeps its decoder. Were the new encoder to count its references from 0 again, the
 * client would take them for the dead process's, so each owner counts from a number of its own.
 */
export function openState(state: BattleState, battle: Battle, gameType: string, epoch: number): void {
  const root = state[$changes]!.root as unknown as { nextUniqueId: number };
  root.nextUniqueId = REF_IDS_PER_EPOCH * epoch;
  state.battleId = battle.opening.id;
  state.format = battle.opening.format;
  state.gameType = gameType;
  state.pseudoWeather = new ArraySchema<string>();
  state.sides = new MapSchema<SideState>();
  for (const seat of battle.opening.sides) state.sides.set(seat.side, sideState(seat));
}

function sideState({ userId, name, elo }: OpeningSide): SideState {
  const side = new SideState();
  side.assign({ userId, name, elo });
  return side;
}

export function sideOf(state: BattleState, side: SideId): SideState {
  return state.sides.get(side)!;
}

/** Copies what has changed since the last call. */
export function copyFacts(state: BattleState, facts: PublicFacts): void {
  const changes: FactChanges = facts.takeChanges();
  if (changes.field) {
    set(state, 'turn', facts.turn);
    set(state, 'weather', facts.weather);
    set(state, 'terrain', facts.terrain);
    copyList(state.pseudoWeather, [...facts.pseudoWeather]);
  }
  for (const side of changes.sides) copySide(sideOf(state, side.id), side);
  for (const pokemon of changes.pokemon)
    copyPokemon(sideOf(state, pokemon.side).team[pokemon.index]!, pokemon);
}

function copySide(state: SideState, facts: SideFacts): void {
  set(state, 'teamSize', facts.teamSize);
  copyMap(state.sideConditions, facts.sideConditions);
  while (state.team.length > facts.team.length) state.team.pop();
  while (state.team.length < facts.team.length) {
    const pokemon = new PokemonState();
    copyPokemon(pokemon, facts.team[state.team.length]!);
    state.team.push(pokemon);
  }
}

const PLAIN = [
  'ident',
  'species',
  'level',
  'gender',
  'shiny',
  'hpPercent',
  'status',
  'fainted',
  'active',
  'teraType',
  'item',
  'ability',
] as const satisfies (keyof PokemonFacts & keyof PokemonState)[];

function copyPokemon(state: PokemonState, facts: PokemonFacts): void {
  for (const key of PLAIN) set(state, key, facts[key] as never);
  copyMap(state.boosts, boostEntries(facts.boosts));
}

function boostEntries(boosts: Boosts): ReadonlyMap<string, number> {
  return new Map(Object.entries(boosts));
}

/** Only what differs: every assignment to a schema is work for the encoder. */
export function set<T extends object, K extends keyof T>(target: T, key: K, value: T[K]): void {
  if (target[key] !== value) target[key] = value;
}

function copyMap(target: MapSchema<number>, source: ReadonlyMap<string, number>): void {
  for (const key of Array.from(target.keys())) if (!source.has(key)) target.delete(key);
  for (const [key, value] of source) if (target.get(key) !== value) target.set(key, value);
}

function copyList(target: ArraySchema<string>, source: readonly string[]): void {
  if (target.length === source.length && source.every((item, index) => target[index] === item)) return;
  target.clear();
  for (const item of source) target.push(item);
}

/** `phase` as clients know it. */
export function phaseOf(battle: Battle): 'teamPreview' | 'turn' | 'ended' {
  if (battle.outcome) return 'ended';
  return SIDE_IDS.some((side) => battle.request(side)?.teamPreview) ? 'teamPreview' : 'turn';
}
