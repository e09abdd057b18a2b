/** A battle as lists show it, from its record. */
import type { BattleRecord } from '../../battle/record.ts';
import type { BattleSummary } from '../database/stores.ts';

export function summaryOf({ opening, outcome, turns, startedAt, endedAt }: BattleRecord): BattleSummary {
  const players = opening.sides.map(({ side, userId, name, elo }) => ({ side, userId, name, elo }));
  return {
    battleId: opening.id,
    format: opening.format,
    players,
    winner: players.find(({ side }) => side === outcome.winner)?.userId ?? null,
    reason: outcome.reason,
    turns,
    rated: opening.rated,
    startedAt,
    endedAt,
  };
}
