/** From what a side knows to the position that its battle in the head starts from. Singles only. */
import type { SideFacts } from '../../battle/public-facts/side-facts.ts';
import { foeCombatant, ownCombatant } from '../combatants.ts';
import { fieldFor } from '../damage.ts';
import type { View } from '../view.ts';
import { type Fighter, fighterFrom, type Hazards, unknownFighter } from './fighter.ts';
import { halfOf, type Position } from './position.ts';

/** Of one that has not been seen: what it takes from a hit. */
const USUAL_HIT = 0.35;
const TEAM_SIZE = 6;

/** `isTera`: as if the active one were Terastallized. */
export function survey(view: View, isTera = false): Position {
  const { pokemon } = view.request.side;
  const own = pokemon.map((one, index) =>
    ownCombatant(view, one, isTera && index === 0 ? one.teraType : undefined),
  );
  const known = view.foe.team;
  const foes = known.map((facts) => foeCombatant(view, facts));
  const unseen = Math.max(0, (view.foe.teamSize || TEAM_SIZE) - known.length);
  const [ownField, foeField] = [fieldFor(view, view.foe, false), fieldFor(view, view.own, false)];
  const ownFighters = own.map((one, index) =>
    withUnseen(onlyAble(view, fighterFrom(view, index, one, foes, ownField)), unseen),
  );
  const foeFighters = [
    ...foes.map((one, index) => fighterFrom(view, index, one, own, foeField)),
    ...Array.from({ length: unseen }, (_, index) => unknownFighter(known.length + index, own.length)),
  ];
  const active = known.findIndex(({ active: isActive }) => isActive);
  return [
    halfOf(ownFighters, 0, hazardsOf(view.own)),
    halfOf(foeFighters, Math.max(0, active), hazardsOf(view.foe)),
  ];
}

/** Those that have not been seen are hit about as hard as those that have. */
function withUnseen(fighter: Fighter, unseen: number): Fighter {
  const moves = fighter.moves.map((move) => ({
    ...move,
    damage: [...move.damage, ...Array.from({ length: unseen }, () => usualOf(move.damage))],
  }));
  return { ...fighter, moves };
}

function usualOf(damage: readonly number[]): number {
  if (!damage.some((one) => one > 0)) return 0;
  return damage.reduce((sum, one) => sum + Math.min(1, one), USUAL_HIT) / (damage.length + 1);
}

/** Of the active one, only the moves that it may use now. */
function onlyAble(view: View, fighter: Fighter): Fighter {
  const active = view.request.active?.[0];
  if (fighter.index !== 0 || !active) return fighter;
  const able = new Set(active.moves.filter(({ disabled }) => !disabled).map(({ id }) => id));
  const moves = fighter.moves.filter(({ id }) => able.has(id));
  return moves.length > 0 ? { ...fighter, moves } : fighter;
}

function hazardsOf({ sideConditions }: SideFacts): Hazards {
  const layers = (id: string): number => sideConditions.get(id) ?? 0;
  return {
    stealthrock: layers('stealthrock'),
    spikes: layers('spikes'),
    toxicspikes: layers('toxicspikes'),
    stickyweb: layers('stickyweb'),
  };
}
