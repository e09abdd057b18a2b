/** One turn of a battle in the head: expected values in place of chance. */
import { type DuelMove, type Fighter, type Hazards, NO_HAZARDS, type Stages } from './fighter.ts';
import { bringIn, fighterAt, type Half, isOut, isPoisonProof, type Position } from './position.ts';

export type Plan =
  { readonly kind: 'move'; readonly move: DuelMove } | { readonly kind: 'switch'; readonly index: number };

/** Chooses who comes in for a side whose active one is gone; -1 when nobody is left. */
export type Replace = (position: Position, side: 0 | 1) => number;

/** How often one acts in spite of its status. */
const ACTING: Readonly<Record<string, number>> = { par: 0.8, slp: 0.35, frz: 0.25 };
const LAYERS_MAX: Hazards = { stealthrock: 1, spikes: 3, toxicspikes: 2, stickyweb: 1 };
const LOST_AT_TURN_END: Readonly<Record<string, number>> = { brn: 1 / 16, psn: 1 / 8, tox: 0.14 };

/** Plays both plans, and fills the places of the fainted. Changes `position`. */
export function playTurn(position: Position, own: Plan, foe: Plan, replace: Replace): void {
  const plans = [own, foe] as const;
  for (const side of [0, 1] as const) {
    const plan = plans[side];
    if (plan.kind === 'switch') bringIn(position[side], plan.index);
  }
  for (const side of orderOf(position, plans)) {
    const plan = plans[side];
    if (plan.kind === 'move' && !isOut(position[side])) act(position, side, plan.move, replace);
  }
  for (const half of position) if (!isOut(half)) endTurn(half);
  fill(position, replace);
}

/** Brings in somebody for each that is out, as long as there is anybody. */
export function fill(position: Position, replace: Replace): void {
  for (const side of [0, 1] as const) {
    while (isOut(position[side])) {
      const index = replace(position, side);
      if (index < 0) break;
      bringIn(position[side], index);
    }
  }
}

export function multiplier(stage: number): number {
  return stage >= 0 ? (2 + stage) / 2 : 2 / (2 - stage);
}

export function speedOf(half: Half): number {
  const paralysed = half.status[half.active] === 'par' && fighterAt(half).status !== 'par';
  return fighterAt(half).speed * multiplier(half.stages[4]!) * (paralysed ? 0.5 : 1);
}

/** What a move is expected to take from the other's active one, as a share of its full HP. */
export function damageNow(user: Half, move: DuelMove, target: Half): number {
  const base = move.damage[target.active] ?? 0;
  if (base === 0) return 0;
  const isPhysical = move.category === 'Physical';
  const [attack, defense] = isPhysical ? [0, 1] : [2, 3];
  // Burnt since the tables were made.
  const isWeakened = isPhysical && user.status[user.active] === 'brn' && fighterAt(user).status !== 'brn';
  const change = multiplier(user.stages[attack]!) / multiplier(target.stages[defense]!);
  return base * change * (isWeakened ? 0.5 : 1) * (ACTING[user.status[user.active]!] ?? 1);
}

function orderOf(position: Position, plans: readonly [Plan, Plan]): readonly (0 | 1)[] {
  const [own, foe] = plans;
  if (own.kind === 'move' && foe.kind === 'move' && own.move.priority !== foe.move.priority) {
    return own.move.priority > foe.move.priority ? [0, 1] : [1, 0];
  }
  return speedOf(position[0]) > speedOf(position[1]) ? [0, 1] : [1, 0];
}

function act(position: Position, side: 0 | 1, move: DuelMove, replace: Replace): void {
  const user = position[side];
  const target = position[side === 0 ? 1 : 0];
  const wasOut = isOut(target);
  const dealt = wasOut ? 0 : Math.min(target.hp[target.active]!, damageNow(user, move, target));
  target.hp[target.active]! -= dealt;
  affectUser(user, move, (dealt * fighterAt(target).maxHp) / fighterAt(user).maxHp, wasOut);
  // What does no damage is something that the target is proof against, or its user did not come to it.
  if (move.category !== 'Status' && dealt === 0) return;
  affectSides(user, target, move);
  if (!isOut(target)) affectTarget(target, move);
  if (!move.isPivot || isOut(user)) return;
  const index = replace(position, side);
  if (index >= 0) bringIn(user, index);
}

/** `dealt` as a share of the user's own full HP. */
function affectUser(user: Half, move: DuelMove, dealt: number, isMissed: boolean): void {
  if (move.killsUser && !isMissed) {
    user.hp[user.active] = 0;
    return;
  }
  const healed = move.heal * (ACTING[user.status[user.active]!] ?? 1);
  user.hp[user.active] = Math.min(1, user.hp[user.active]! + dealt * move.drain + healed);
  if (move.id === 'rest') user.status[user.active] = 'slp';
}

function affectSides(user: Half, target: Half, move: DuelMove): void {
  if (move.selfStages) user.stages = raised(user.stages, move.selfStages);
  if (move.clearsHazards) user.hazards = NO_HAZARDS;
  if (move.hazard === '') return;
  const layers = Math.min(LAYERS_MAX[move.hazard], target.hazards[move.hazard] + 1);
  target.hazards = { ...target.hazards, [move.hazard]: layers };
}

function affectTarget(target: Half, move: DuelMove): void {
  if (move.foeStages) target.stages = raised(target.stages, move.foeStages);
  if (move.status && move.accuracy >= 0.5) inflict(target, move.status, move);
}

function raised(stages: Stages, by: Stages): Stages {
  return stages.map((stage, index) => Math.max(-6, Math.min(6, stage + by[index]!)));
}

function inflict(target: Half, status: string, move: DuelMove): void {
  if (target.status[target.active] !== '') return;
  const fighter = fighterAt(target);
  if (!isProof(fighter, status, move)) target.status[target.active] = status;
}

function isProof(fighter: Fighter, status: string, move: DuelMove): boolean {
  const { types } = fighter;
  if (status === 'psn' || status === 'tox') return isPoisonProof(fighter);
  if (status === 'brn') return types.includes('Fire');
  if (status === 'par')
    return types.includes('Electric') || (move.id === 'thunderwave' && types.includes('Ground'));
  if (status === 'frz') return types.includes('Ice');
  return (move.id === 'sleeppowder' || move.id === 'spore') && types.includes('Grass');
}

function endTurn(half: Half): void {
  const index = half.active;
  const fighter = fighterAt(half);
  const lost = LOST_AT_TURN_END[half.status[index]!] ?? 0;
  half.hp[index] = Math.min(1, half.hp[index]! - lost + fighter.leftovers);
}
