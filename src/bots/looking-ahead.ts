/**
 * Plays every choice of its own against every likely answer of the foe in its head, and from there on as two greedy
 * players would; takes what comes out best. In battles of more than one slot it plays greedily itself.
 */
import { type Action, actionsOf, switchesOf } from './actions.ts';
import type { Brain, Means } from './brain.ts';
import { bestReplacement, hardest, playOn } from './duel/playout.ts';
import { bringIn, copyOf, fighterAt, type Half, type Position } from './duel/position.ts';
import { survey } from './duel/survey.ts';
import { fill, type Plan, playTurn } from './duel/turn.ts';
import { chooseByDamage } from './greedy.ts';
import type { View } from './view.ts';

/** Turns that are played on after the choice. */
const HORIZON = 10;
/** How much the foe is trusted to just hit as hard as it can; the rest goes to the worst that it could do. */
const TRUST = 0.7;
/** What it is worth to keep Terastallizing for later. */
const TERA_COST = 0.15;
/** A move less likely than this is not feared. */
const FEARED = 0.3;

export const chooseLookingAhead: Brain = (view, means) => {
  const answer = chooseByDamage(view, means);
  if (!isDuel(view)) return answer;
  return view.request.forceSwitch ? bestEntry(view, means, answer) : bestAction(view, means, answer);
};

function isDuel({ request, foe }: View): boolean {
  const slots = request.forceSwitch ?? request.active;
  const isReviving = request.side.pokemon.some(({ reviving }) => reviving);
  const isOpen = slots?.length === 1 && !request.active?.[0]?.maybeDisabled;
  return isOpen && !isReviving && foe.slots[0] !== undefined;
}

/** Whom to send in for the one that is gone. */
function bestEntry(view: View, { isTimeUp }: Means, answer: string): string {
  const position = survey(view);
  let best = { text: answer, worth: -Infinity };
  for (const { index, text } of switchesOf(view.request, 1)) {
    if (isTimeUp()) break;
    const next = copyOf(position);
    bringIn(next[0], index);
    fill(next, bestReplacement);
    const worth = playOn(next, HORIZON);
    if (worth > best.worth) best = { text, worth };
  }
  return best.text;
}

function bestAction(view: View, { isTimeUp }: Means, answer: string): string {
  const positions = new Map<boolean, Position>();
  let best = { text: answer, worth: -Infinity };
  for (const action of actionsOf(view.request, 0)) {
    if (isTimeUp()) break;
    const extra = action.kind === 'move' ? action.option.extra : undefined;
    // What others change is not in the tables of a position; the greedy answer may use them.
    if (extra !== undefined && extra !== 'terastallize') continue;
    const isTera = extra === 'terastallize';
    const position = positions.get(isTera) ?? survey(view, isTera);
    positions.set(isTera, position);
    const plan = planOf(view, position, action);
    if (!plan) continue;
    const worth = worthOf(position, plan) - (isTera ? TERA_COST : 0);
    if (worth > best.worth) best = { text: action.text, worth };
  }
  return best.text;
}

function planOf(view: View, position: Position, action: Action): Plan | undefined {
  if (action.kind === 'switch') return { kind: 'switch', index: action.index };
  const id = view.request.active?.[0]?.moves[action.option.slot]?.id;
  const move = fighterAt(position[0]).moves.find((one) => one.id === id);
  return move && { kind: 'move', move };
}

function worthOf(position: Position, plan: Plan): number {
  const expected = worthAgainst(position, plan, hardest(position, 1));
  const feared = plansOf(position[1]).map((foe) => worthAgainst(position, plan, foe));
  return TRUST * expected + (1 - TRUST) * Math.min(expected, ...feared);
}

function worthAgainst(position: Position, own: Plan, foe: Plan): number {
  const next = copyOf(position);
  playTurn(next, own, foe, bestReplacement);
  return playOn(next, HORIZON);
}

/** What the foe may do: use what it probably has, or bring in somebody that is known. */
function plansOf(foe: Half): Plan[] {
  const moves = fighterAt(foe).moves.filter(({ likelihood }) => likelihood > FEARED);
  const switches = foe.fighters.flatMap(({ types }, index): Plan[] =>
    index !== foe.active && foe.hp[index]! > 0 && types.length > 0 ? [{ kind: 'switch', index }] : [],
  );
  return [...moves.map((move): Plan => ({ kind: 'move', move })), ...switches];
}
