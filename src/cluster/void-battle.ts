/** The end of a battle that cannot be played. */
import { Battle } from '../battle/battle.ts';
import type { NewEntry, VoidReason } from '../battle/input.ts';
import type { BattleRecord } from '../battle/record.ts';
import type { Claim } from '../persistence/input-log/input-log.ts';
import type { BattleLog } from '../rooms/session-ports.ts';

/** Ends a claimed battle void, for whoever has it still. Rejects with `StoreAway`. */
export async function endVoid({ opening, entries }: Claim, log: BattleLog, why: VoidReason): Promise<void> {
  const entry: NewEntry = { input: { type: 'void', why }, print: '' };
  const appended = await log.append(entries.length, entry);
  if (appended.kind !== 'appended') return;
  const last = { ...entry, at: appended.at };
  const record: BattleRecord = {
    opening,
    entries: [...entries, last],
    outcome: { winner: null, reason: 'void' },
    // What kills by being replayed may kill by being opened.
    lines: why === 'poison' ? [] : firstLines(opening),
    turns: 0,
    startedAt: entries[0]?.at ?? last.at,
    endedAt: last.at,
  };
  await log.finish(record);
}

/** What a battle that cannot be played shows of itself. */
function firstLines(opening: Claim['opening']): readonly string[] {
  try {
    return new Battle(opening).channels.spectator;
  } catch {
    return [];
  }
}
