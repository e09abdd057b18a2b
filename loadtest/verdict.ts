/** What is wrong with battles, judged by what their clients were told alone. */
import type { Played } from './play.ts';
import { isDiscovery, type Transcript } from './transcript.ts';

/** Transcripts by battle. */
export function byBattle(transcripts: readonly Transcript[]): ReadonlyMap<string, readonly Transcript[]> {
  return Map.groupBy(transcripts, ({ battleId }) => battleId);
}

/** Sentences; none when every battle ended properly and both players were told the same of it. */
export function faultsOf({ players, spectators, failures }: Played): string[] {
  const faults = [...failures];
  const watching = byBattle(spectators);
  for (const [battleId, sides] of byBattle(players)) {
    for (const fault of battleFaults(sides, watching.get(battleId) ?? []))
      faults.push(`${battleId || 'no battle'}: ${fault}`);
  }
  return faults;
}

function battleFaults(sides: readonly Transcript[], watchers: readonly Transcript[]): string[] {
  const faults: string[] = [];
  const all = [...sides, ...watchers];
  const sideIds = new Set(sides.map(({ side }) => side));
  if (sides.length !== 2 || !sideIds.has('p1') || !sideIds.has('p2'))
    faults.push(`its players sat at ${sides.map(({ side }) => side).join(' and ')}`);
  if (all.some(({ end }) => end === null)) faults.push('somebody was not told its end');
  if (new Set(all.map(({ end }) => end?.winner)).size > 1) faults.push('different winners were told');
  if (all.some(({ end }) => end?.reason === 'void')) faults.push('it ended void');
  if (all.some(({ conflicts }) => conflicts.length > 0)) faults.push('two lines came under one number');
  return faults;
}

/** How often each error came that the bots did nothing to provoke. */
export function errorCounts({ players, spectators }: Played): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { errors, setbacks } of [...players, ...spectators]) {
    const codes = errors.filter((error) => !isDiscovery(error)).map(({ code }) => code);
    for (const code of [...codes, ...setbacks]) counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}
