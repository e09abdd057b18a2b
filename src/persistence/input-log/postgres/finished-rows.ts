/** A battle's record as the rows of `battles` and `battle_players`, under the columns' names. */
import type { BattleRecord } from '../../../battle/record.ts';
import { storable } from '../../database/storable.ts';

/** Parameters 1 to 5 of `FINISH` and `RECORD`, each JSON. */
export function finishedRows({ opening, ...record }: BattleRecord): string[] {
  const ended_at = new Date(record.endedAt).toISOString();
  const battle = {
    id: opening.id,
    format: opening.format,
    engine: opening.engine,
    seed: opening.seed,
    rated: opening.rated,
    winner: record.outcome.winner,
    reason: record.outcome.reason,
    turns: record.turns,
    started_at: new Date(record.startedAt).toISOString(),
    ended_at,
  };
  const players = opening.sides.map(({ side, userId, name, elo, team }) => ({
    battle_id: opening.id,
    side,
    user_id: userId,
    name: storable(name),
    elo,
    team: storable(team),
    ended_at,
  }));
  return [battle, players, opening.timer, record.entries, record.lines].map((part) => JSON.stringify(part));
}
