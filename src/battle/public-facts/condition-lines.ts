/** Lines about HP, status and boosts. */
import type { BattleFacts } from './battle-facts.ts';
import type { LineHandler, LineHandlers } from './line-handler.ts';
import {
  boostOf,
  isStat,
  leaveField,
  mapBoosts,
  NO_BOOSTS,
  setBoost,
  setCondition,
  setStatus,
  swapBoosts,
} from './pokemon-facts.ts';
import type { LineParts } from './protocol-line.ts';

export const CONDITION_LINES: LineHandlers = {
  '-damage': showCondition,
  '-heal': showCondition,
  '-sethp': showCondition,
  faint(facts, parts) {
    const pokemon = facts.edit(parts[2]);
    if (!pokemon) return;
    setCondition(pokemon, '0 fnt');
    leaveField(pokemon);
  },
  '-status'(facts, parts) {
    const pokemon = facts.edit(parts[2]);
    if (pokemon) setStatus(pokemon, parts[3] ?? '');
  },
  '-curestatus'(facts, parts) {
    const pokemon = facts.edit(parts[2]);
    if (pokemon) setStatus(pokemon, '');
  },
  '-cureteam'(facts, parts) {
    for (const pokemon of facts.sideOf(parts[2])?.team ?? []) {
      setStatus(pokemon, '');
      facts.markPokemon(pokemon);
    }
  },
  '-boost': (facts, parts) => addBoost(facts, parts, 1),
  '-unboost': (facts, parts) => addBoost(facts, parts, -1),
  '-setboost'(facts, parts) {
    const pokemon = facts.edit(parts[2]);
    const [stat = '', stage] = [parts[3], Number.parseInt(parts[4] ?? '', 10)];
    if (pokemon && isStat(stat) && !Number.isNaN(stage)) setBoost(pokemon, stat, stage);
  },
  '-swapboost'(facts, parts) {
    const [one, other] = [facts.edit(parts[2]), facts.edit(parts[3])];
    const stats = parts[4] ?? '';
    if (one && other) swapBoosts(one, other, stats === '' || stats.startsWith('[') ? [] : stats.split(', '));
  },
  '-copyboost'(facts, parts) {
    const [copier, original] = [facts.edit(parts[2]), facts.edit(parts[3])];
    if (copier && original) copier.boosts = original.boosts;
  },
  '-invertboost': (facts, parts) => changeBoosts(facts, parts, (stage) => -stage),
  '-clearboost': (facts, parts) => changeBoosts(facts, parts, () => 0),
  '-clearpositiveboost': (facts, parts) => changeBoosts(facts, parts, (stage) => Math.min(stage, 0)),
  '-clearnegativeboost': (facts, parts) => changeBoosts(facts, parts, (stage) => Math.max(stage, 0)),
  '-clearallboost'(facts) {
    for (const pokemon of facts.editActive()) pokemon.boosts = NO_BOOSTS;
  },
};

function showCondition(...[facts, parts]: Parameters<LineHandler>): void {
  const pokemon = facts.edit(parts[2]);
  if (pokemon) setCondition(pokemon, parts[3] ?? '');
}

/** Gen 1's one Special is two in the sim and in its lines, `spa` and `spd`, so both are always told. */
function addBoost(facts: BattleFacts, parts: LineParts, sign: 1 | -1): void {
  const pokemon = facts.edit(parts[2]);
  const [stat = '', amount] = [parts[3], Number.parseInt(parts[4] ?? '', 10)];
  if (pokemon && isStat(stat) && !Number.isNaN(amount))
    setBoost(pokemon, stat, boostOf(pokemon, stat) + sign * amount);
}

function changeBoosts(facts: BattleFacts, parts: LineParts, change: (stage: number) => number): void {
  const pokemon = facts.edit(parts[2]);
  if (pokemon) mapBoosts(pokemon, change);
}
