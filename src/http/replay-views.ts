/** What is told of a replay. Fields by name, so that nothing else of a record can get out. */
import type { Format } from '../battle/format.ts';
import type { FormatId } from '../battle/ids.ts';
import type { FinishedBattle, Replay } from '../persistence/database/stores.ts';
import type { PageReplay } from '../replay-page/page.ts';
import { finishedBattle } from './battles.ts';

/** Showdown's fields as its replay server names them, and ours beside them. Neither seed nor teams nor inputs. */
export function showdownReplay(replay: Replay, formats: ReadonlyMap<FormatId, Format>) {
  const { battleId: id, format, rated, lines, endedAt, replayKey } = replay;
  const { players: sides, ...ours } = finishedBattle(replay);
  const seats = replay.players.toSorted((one, other) => (one.side < other.side ? -1 : 1));
  return {
    ...ours,
    sides,
    id,
    format: formats.get(format)?.name ?? format,
    formatid: format,
    players: seats.map(({ name }) => name),
    log: lines.join('\n'),
    uploadtime: Math.floor(endedAt / 1000),
    // As there: that of the lower rated player.
    rating: rated ? Math.round(Math.min(...seats.map(({ elo }) => elo))) : null,
    private: replayKey === null ? 0 : 1,
  };
}

export function pageReplay(replay: Replay, formats: ReadonlyMap<FormatId, Format>): PageReplay {
  const { format, players } = showdownReplay(replay, formats);
  const { reason, turns, endedAt, lines } = replay;
  return { format, players, reason, turns, endedAt, lines };
}

/** Everything that the battle can be played from again, on the engine that it names. */
export function inputLog(battle: FinishedBattle) {
  const { battleId: id, format, engine, seed, rated, teams, inputs } = battle;
  const sides = battle.players.map(({ side, userId, name, elo }) => ({
    side,
    userId,
    name,
    elo,
    team: teams[side],
  }));
  return { battleId: id, opening: { id, format, engine, seed, rated, sides }, inputs };
}
