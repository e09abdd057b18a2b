/** A battle as lists show it, from its record: its ratings have not moved yet. */
import type { BattleRecord } from '../../battle/record.ts';
import type { BattleSummary } from '../database/stores.ts';

export function summaryOf({ opening, outcome, turns, startedAt, endedAt }: BattleRecord): BattleSummary {
  const players = opening.sides.map(({ side, userId, name, elo, bot }) => ({
    side,
    userId: bot ? null : userId,
    name,
    elo,
    before: null,
    after: null,
  }));
  return {
    battleId: opening.id,
    format: opening.format,
    players,
    winner: outcome.winner,
    reason: outcome.reason,
    turns,
    rated: opening.rated,
    ratedSeq: null,
    startedAt,
    endedAt,
  };
}
