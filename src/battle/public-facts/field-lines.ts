/** Lines about the course of the battle, the field and the sides. */
import type { LineHandler, LineHandlers } from './line-handler.ts';
import type { BattleFacts, FactPhase } from './battle-facts.ts';
import { effectId, toId } from './protocol-line.ts';

const TERRAINS: ReadonlySet<string> = new Set([
  'electricterrain',
  'grassyterrain',
  'mistyterrain',
  'psychicterrain',
]);

export const FIELD_LINES: LineHandlers = {
  turn(facts, parts) {
    const turn = Number(parts[2]);
    if (Number.isInteger(turn) && turn > 0) facts.turn = turn;
    facts.markField();
  },
  teampreview: (facts) => setPhase(facts, 'teamPreview'),
  start: (facts) => setPhase(facts, 'turn'),
  win: (facts) => setPhase(facts, 'ended'),
  tie: (facts) => setPhase(facts, 'ended'),
  '-weather'(facts, parts) {
    const weather = toId(parts[2] ?? '');
    facts.weather = weather === 'none' ? '' : weather;
    facts.markField();
  },
  '-fieldstart'(facts, parts) {
    const id = effectId(parts[2] ?? '');
    if (TERRAINS.has(id)) facts.terrain = id;
    else if (id !== '') facts.pseudoWeather.add(id);
    facts.markField();
  },
  '-fieldend'(facts, parts) {
    const id = effectId(parts[2] ?? '');
    if (facts.terrain === id) facts.terrain = '';
    facts.pseudoWeather.delete(id);
    facts.markField();
  },
  '-sidestart'(facts, parts) {
    const side = facts.sideOf(parts[2]);
    const id = effectId(parts[3] ?? '');
    if (!side || id === '') return;
    side.sideConditions.set(id, (side.sideConditions.get(id) ?? 0) + 1);
    facts.markSide(side);
  },
  '-sideend'(facts, parts) {
    const side = facts.sideOf(parts[2]);
    if (!side) return;
    side.sideConditions.delete(effectId(parts[3] ?? ''));
    facts.markSide(side);
  },
  '-swapsideconditions': swapSideConditions,
};

function setPhase(facts: BattleFacts, phase: FactPhase): void {
  facts.phase = phase;
  facts.markField();
}

/** Court Change; it moves every side condition that lines tell of. */
function swapSideConditions(...[facts]: Parameters<LineHandler>): void {
  const { p1, p2 } = facts.sides;
  [p1.sideConditions, p2.sideConditions] = [p2.sideConditions, p1.sideConditions];
  facts.markSide(p1);
  facts.markSide(p2);
}
