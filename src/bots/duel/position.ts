/** Where a battle in the head stands. Cheap to copy: thousands are looked at for one choice. */
import { Dex } from '@pkmn/sim';
import { type Fighter, type Hazards, NO_STAGES } from './fighter.ts';

/** One side of a position. */
export interface Half {
  readonly fighters: readonly Fighter[];
  /** Place in `fighters`. */
  active: number;
  readonly hp: number[];
  readonly status: string[];
  /** Of the active one. */
  stages: readonly number[];
  hazards: Hazards;
}

/** Own side first. */
export type Position = readonly [own: Half, foe: Half];

export function copyHalf(half: Half): Half {
  return { ...half, hp: half.hp.slice(), status: half.status.slice() };
}

export function copyOf(position: Position): Position {
  return [copyHalf(position[0]), copyHalf(position[1])];
}

export function halfOf(fighters: readonly Fighter[], active: number, hazards: Hazards): Half {
  return {
    fighters,
    active,
    hp: fighters.map(({ hp }) => hp),
    status: fighters.map(({ status }) => status),
    stages: fighters[active]?.stages ?? NO_STAGES,
    hazards,
  };
}

export function fighterAt(half: Half): Fighter {
  return half.fighters[half.active]!;
}

export function isOut(half: Half): boolean {
  return half.hp[half.active]! <= 0;
}

export function hasLost({ hp }: Half): boolean {
  return hp.every((one) => one <= 0);
}

/** The active one goes, another comes in and meets what lies there. */
export function bringIn(half: Half, index: number): void {
  half.active = index;
  half.stages = NO_STAGES;
  const fighter = half.fighters[index]!;
  const { stealthrock, spikes, toxicspikes, stickyweb } = half.hazards;
  if (fighter.ignoresHazards) return;
  if (stealthrock) half.hp[index]! -= rockShare(fighter);
  if (!fighter.isGrounded) return;
  if (spikes) half.hp[index]! -= [0, 1 / 8, 1 / 6, 1 / 4][spikes]!;
  if (toxicspikes && half.status[index] === '' && !isPoisonProof(fighter))
    half.status[index] = toxicspikes > 1 ? 'tox' : 'psn';
  if (stickyweb) half.stages = [0, 0, 0, 0, -1];
}

function rockShare({ types }: Fighter): number {
  if (types.length === 0) return 1 / 8;
  return 2 ** Dex.getEffectiveness('Rock', types as string[]) / 8;
}

export function isPoisonProof({ types }: Fighter): boolean {
  return types.includes('Poison') || types.includes('Steel');
}
