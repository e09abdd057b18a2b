/** A Pokémon in the simplified battle that the looking-ahead bot plays in its head. */
import { Dex, type Move } from '@pkmn/sim';
import type { Field } from '@smogon/calc';
import type { Combatant } from '../combatants.ts';
import { expectedDamage } from '../damage.ts';
import type { View } from '../view.ts';

/** Stages that are played with: attack, defense, special attack, special defense, speed. */
export const STAGES = ['atk', 'def', 'spa', 'spd', 'spe'] as const;
export type Stages = readonly number[];

export interface DuelMove {
  readonly id: string;
  readonly priority: number;
  readonly category: 'Physical' | 'Special' | 'Status';
  /** 0–1, how likely it hits. */
  readonly accuracy: number;
  /** 0–1, how likely its user has it. */
  readonly likelihood: number;
  /** Expected share of full HP that it takes from each of the foe's fighters, without stages. */
  readonly damage: readonly number[];
  /** Share of the damage that the user gets back; negative for recoil. */
  readonly drain: number;
  /** Share of its full HP that the user gets. */
  readonly heal: number;
  readonly selfStages: Stages | null;
  readonly foeStages: Stages | null;
  readonly status: string;
  readonly hazard: keyof Hazards | '';
  readonly clearsHazards: boolean;
  readonly isPivot: boolean;
  readonly killsUser: boolean;
  readonly type: string;
}

/** Layers of what lies on a side. */
export interface Hazards {
  readonly stealthrock: number;
  readonly spikes: number;
  readonly toxicspikes: number;
  readonly stickyweb: number;
}

export const NO_HAZARDS: Hazards = { stealthrock: 0, spikes: 0, toxicspikes: 0, stickyweb: 0 };

export interface Fighter {
  /** Place in the request's team, or in the foe's known team. */
  readonly index: number;
  /** Share of its full HP. */
  readonly hp: number;
  readonly maxHp: number;
  readonly status: string;
  readonly stages: Stages;
  /** Speed stat with item and paralysis, without stages. */
  readonly speed: number;
  readonly moves: readonly DuelMove[];
  readonly types: readonly string[];
  /** Takes no damage from hazards, or does not touch the ground. */
  readonly ignoresHazards: boolean;
  readonly isGrounded: boolean;
  /** Share of full HP gained at the end of each turn. */
  readonly leftovers: number;
}

export const NO_STAGES: Stages = [0, 0, 0, 0, 0];

/** There are some of whom nothing can be guessed. */
const STRUGGLE = [{ id: 'struggle', likelihood: 1 }];

/** A fighter whose moves hit `foes` on `field`. */
export function fighterFrom(
  view: View,
  index: number,
  combatant: Combatant,
  foes: readonly Combatant[],
  field: Field,
): Fighter {
  const { calc, facts, status, hp } = combatant;
  const neutral = withoutStages(combatant);
  const targets = foes.map(withoutStages);
  const ability = calc.ability ?? '';
  const item = calc.item ?? '';
  const types = calc.teraType ? [calc.teraType] : [...calc.types];
  return {
    index,
    hp,
    maxHp: calc.rawStats.hp,
    status,
    stages: facts?.active ? STAGES.map((stat) => facts.boosts[stat] ?? 0) : NO_STAGES,
    speed: calc.rawStats.spe * (item === 'Choice Scarf' ? 1.5 : 1) * (status === 'par' ? 0.5 : 1),
    moves: (combatant.moves.length > 0 ? combatant.moves : STRUGGLE).map(({ id, likelihood }) =>
      moveFrom(view, id, likelihood, neutral, targets, field),
    ),
    types,
    ignoresHazards: ability === 'Magic Guard' || item === 'Heavy-Duty Boots',
    isGrounded: !types.includes('Flying') && ability !== 'Levitate' && item !== 'Air Balloon',
    leftovers: item === 'Leftovers' || (item === 'Black Sludge' && types.includes('Poison')) ? 1 / 16 : 0,
  };
}

/** Nobody knows who it is: it hits everybody about as hard as most do. */
export function unknownFighter(index: number, foes: number): Fighter {
  const base = moveFacts(Dex.moves.get('bodyslam'));
  const move = {
    ...base,
    likelihood: 1,
    accuracy: 1,
    type: '???',
    damage: Array.from({ length: foes }, () => 0.36),
  };
  return {
    index,
    hp: 1,
    maxHp: 270,
    status: '',
    stages: NO_STAGES,
    speed: 180,
    moves: [move],
    types: [],
    ignoresHazards: false,
    isGrounded: true,
    leftovers: 0,
  };
}

function withoutStages(combatant: Combatant): Combatant {
  const calc = combatant.calc.clone();
  for (const stat of STAGES) calc.boosts[stat] = 0;
  return { ...combatant, calc };
}

function moveFrom(
  view: View,
  id: string,
  likelihood: number,
  attacker: Combatant,
  targets: readonly Combatant[],
  field: Field,
): DuelMove {
  const move = Dex.forFormat(Dex.formats.get(view.format)).moves.get(id);
  const damage = targets.map((target) => expectedDamage(view, attacker, target, id, field));
  return { ...moveFacts(move), likelihood, damage };
}

/** What lies there after a move that lays it, by its side condition or, where it has none, its own id. */
const HAZARDS: Readonly<Record<string, keyof Hazards>> = {
  stealthrock: 'stealthrock',
  spikes: 'spikes',
  toxicspikes: 'toxicspikes',
  stickyweb: 'stickyweb',
  stoneaxe: 'stealthrock',
  ceaselessedge: 'spikes',
};
const CLEARING: ReadonlySet<string> = new Set(['rapidspin', 'defog', 'mortalspin', 'tidyup', 'courtchange']);
const HEALING: Readonly<Record<string, number>> = {
  rest: 0.6, wish: 0.4, synthesis: 0.5, moonlight: 0.5, morningsun: 0.5, shoreup: 0.5, strengthsap: 0.4, painsplit: 0.2,
}; // prettier-ignore

function moveFacts(move: Move): Omit<DuelMove, 'likelihood' | 'damage'> {
  const isStatus = move.category === 'Status';
  const isOnSelf = move.target === 'self' || move.target === 'allies';

  return {
    id: move.id,
    priority: move.priority,
    category: move.category,
    accuracy: move.accuracy === true ? 1 : move.accuracy / 100,
    drain: share(move.drain) - share(move.recoil) - (move.mindBlownRecoil ? 0.5 : 0),
    heal: HEALING[move.id] ?? share(move.heal),
    selfStages: stagesOf(isOnSelf ? move.boosts : boostsOfUser(move)),
    foeStages: stagesOf(isStatus && !isOnSelf ? move.boosts : certain(move)?.boosts),
    status: move.status ?? (move.volatileStatus === 'yawn' ? 'slp' : (likely(move)?.status ?? '')),
    hazard: HAZARDS[move.sideCondition ?? move.id] ?? '',
    clearsHazards: CLEARING.has(move.id),
    isPivot: Boolean(move.selfSwitch),
    killsUser: Boolean(move.selfdestruct),
    type: move.type,
  };
}

function share(pair: readonly number[] | null | undefined): number {
  const [part = 0, whole = 1] = pair ?? [];
  return part / whole;
}

function boostsOfUser(move: Move): Move['boosts'] {
  return move.self?.boosts ?? move.selfBoost?.boosts ?? certain(move)?.self?.boosts;
}

function certain(move: Move): NonNullable<Move['secondaries']>[number] | undefined {
  return move.secondaries?.find(({ chance }) => chance === undefined || chance === 100);
}

function likely(move: Move): NonNullable<Move['secondaries']>[number] | undefined {
  return move.secondaries?.find(({ chance, status }) => status !== undefined && (chance ?? 100) >= 50);
}

function stagesOf(boosts: Partial<Record<string, number>> | null | undefined): Stages | null {
  if (!boosts || !STAGES.some((stat) => boosts[stat])) return null;
  return STAGES.map((stat) => boosts[stat] ?? 0);
}
