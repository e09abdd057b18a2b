/** Plays a battle in the head on to see what comes of it: both sides hit as hard as they can. */
import type { DuelMove, Fighter } from './fighter.ts';
import { copyOf, fighterAt, type Half, hasLost, isOut, type Position } from './position.ts';
import { damageNow, type Plan, playTurn, type Replace, speedOf } from './turn.ts';

/** What is left of a side is worth this much for each that stands, and the rest by its HP. */
const STANDING = 0.4;
const WON = 1;
const STATUS_COST: Readonly<Record<string, number>> = {
  brn: 0.08,
  psn: 0.05,
  tox: 0.1,
  par: 0.08,
  slp: 0.12,
  frz: 0.2,
};
const HAZARD_COST = 0.03;

/** Worth of a position to the own side, after `turns` more turns. */
export function playOn(start: Position, turns: number): number {
  const position = copyOf(start);
  for (let turn = 0; turn < turns && !hasLost(position[0]) && !hasLost(position[1]); turn++) {
    playTurn(position, hardest(position, 0), hardest(position, 1), bestReplacement);
  }
  return valueOf(position);
}

export function valueOf([own, foe]: Position): number {
  const won = Number(hasLost(foe)) - Number(hasLost(own));
  return worthOf(own) - worthOf(foe) + won * WON;
}

function worthOf({ fighters, hp, status, hazards }: Half): number {
  let worth = 0;
  let standing = 0;
  for (let index = 0; index < fighters.length; index++) {
    if (hp[index]! <= 0) continue;
    standing++;
    worth += STANDING + (1 - STANDING) * hp[index]! - (STATUS_COST[status[index]!] ?? 0);
  }
  const layers = hazards.stealthrock * 1.5 + hazards.spikes + hazards.toxicspikes + hazards.stickyweb;
  return worth - layers * HAZARD_COST * Math.max(0, standing - 1);
}

/** The plan that a greedy player would have. */
export function hardest(position: Position, side: 0 | 1): Plan {
  const user = position[side];
  const target = position[side === 0 ? 1 : 0];
  const left = target.hp[target.active]!;
  let best: DuelMove | undefined;
  let bestWorth = -1;
  for (const move of fighterAt(user).moves) {
    const damage = damageNow(user, move, target) * move.likelihood;
    const worth =
      damage >= left ? left + 0.01 * move.priority + 0.001 * damage + 0.01 * move.accuracy : damage;
    if (worth > bestWorth) [best, bestWorth] = [move, worth];
  }
  return { kind: 'move', move: best! };
}

/** Who stands best against the other's active one. */
export const bestReplacement: Replace = (position, side) => {
  const half = position[side];
  const other = position[side === 0 ? 1 : 0];
  let best = -1;
  let bestStanding = -Infinity;
  for (let index = 0; index < half.fighters.length; index++) {
    if (half.hp[index]! <= 0 || index === half.active) continue;
    const standing = standingOf(half, index, other);
    if (standing > bestStanding) [best, bestStanding] = [index, standing];
  }
  return best;
};

function standingOf(half: Half, index: number, other: Half): number {
  const fighter = half.fighters[index]!;
  if (isOut(other)) return half.hp[index]!;
  const foe = fighterAt(other);
  const given = Math.min(1, bestHit(fighter, other.active) / other.hp[other.active]!);
  const taken = Math.min(1, bestHit(foe, index) / half.hp[index]!);
  const isFaster = fighter.speed > speedOf(other);
  return given - taken + (isFaster ? 0.2 + (given >= 1 ? 0.5 : 0) : 0);
}

function bestHit(fighter: Fighter, target: number): number {
  let best = 0;
  for (const { damage, likelihood } of fighter.moves)
    best = Math.max(best, (damage[target] ?? 0) * likelihood);
  return best;
}
