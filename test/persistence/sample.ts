/** Openings, entries and records as the tests of the stores need them. Every opening has an id and users of its own. */
import type { BattleId, FormatId, PackedTeam, UserId } from '../../src/battle/ids.ts';
import type { Entry, Input, NewEntry } from '../../src/battle/input.ts';
import type { Opening } from '../../src/battle/opening.ts';
import type { BattleRecord } from '../../src/battle/record.ts';

export const ENGINE = 'engine-1';

let count = 0;

export function sampleOpening(
  change: { id?: string; users?: readonly [string, string]; format?: string } = {},
): Opening {
  count += 1;
  const [p1, p2] = change.users ?? [`ash-${count}`, `gary-${count}`];
  return {
    id: (change.id ?? `battle-${count}`) as BattleId,
    format: (change.format ?? 'gen9randombattle') as FormatId,
    engine: ENGINE,
    seed: 'sodium,00112233445566778899aabbccddeeff',
    rated: true,
    timer: { turnMs: 60_000, warnMs: 30_000, absenceMs: 60_000, joinMs: 15_000 },
    sides: [
      { side: 'p1', userId: p1 as UserId, name: 'Ash', elo: 1000, team: 'Pikachu|||static|' as PackedTeam },
      { side: 'p2', userId: p2 as UserId, name: 'Gary', elo: 1066.5, team: 'Eevee|||runaway|' as PackedTeam },
    ],
  };
}

export function entry(input: Input, print = '1,abcdef01'): NewEntry {
  return { input, print };
}

export function choice(rqid: number, text = 'move 1'): NewEntry {
  return entry({ type: 'choice', side: 'p1', text, rqid }, `${rqid},print`);
}

export const RESUME = entry({ type: 'resume' });
export const FORFEIT = entry({ type: 'forfeit', side: 'p2', why: 'forfeit' });

export function sampleRecord(
  opening: Opening,
  entries: readonly Entry[] = [],
  endedAt = 1_700_000_060_000,
): BattleRecord {
  return {
    opening,
    entries,
    outcome: { winner: 'p1', reason: 'win' },
    lines: ['|start', '|move|p1a: Pikachu|Thunder|p2a: Eevee', '|win|Ash'],
    turns: 7,
    startedAt: 1_700_000_000_000,
    endedAt,
  };
}
