/**
 * What one client was told of one battle, small enough to be kept for every battle of a long run, and whether all who
 * were told of a battle were told the same. The two players of one battle may be in different processes.
 */
import { createHash } from 'node:crypto';
import type { SideId } from '../../src/battle/ids.ts';
import { isDiscovery, type Transcript } from '../transcript.ts';

export interface Told {
  readonly battleId: string;
  readonly side: SideId | null;
  /** Of the lines as everybody may see them; null where not all of them are known. */
  readonly digest: string | null;
  readonly winner: string | null;
  readonly reason: string;
  readonly hasConflict: boolean;
}

/** Exact health is its owner's: `255/301` against `85/100`, in old generations `41/48`. */
const HEALTH = /\|\d+\/\d+[gry]?/g;

export function publicLine(line: string): string {
  return line.replaceAll(HEALTH, '|hp');
}

/** Of a battle whose end is known. */
export function toldOf({ battleId, side, lines, end, isEndLookedUp, conflicts }: Transcript): Told {
  return {
    battleId,
    side,
    digest: isEndLookedUp ? null : digestOf(lines),
    winner: end?.winner ?? null,
    // The players' own words for one and the same end are told apart by the winner.
    reason: end?.reason === 'void' ? 'void' : 'played',
    hasConflict: conflicts.length > 0,
  };
}

/** Codes of what this client ran into and did nothing to provoke. */
export function codesOf({ errors, setbacks }: Transcript): string[] {
  return [...errors.filter((error) => !isDiscovery(error)).map(({ code }) => code), ...setbacks];
}

/** Sentences; none when every battle was told alike to all who were there. */
export function disagreements(told: readonly Told[]): string[] {
  return [...Map.groupBy(told, ({ battleId }) => battleId)].flatMap(([battleId, all]) =>
    faultsOf(all).map((fault) => `${battleId}: ${fault}`),
  );
}

function faultsOf(all: readonly Told[]): string[] {
  const faults: string[] = [];
  const sides = all.flatMap(({ side }) => side ?? []).sort();
  if (sides.join() !== 'p1,p2') faults.push(`its players sat at ${sides.join(' and ') || 'no side'}`);
  const digests = new Set(all.map(({ digest }) => digest).filter((digest) => digest !== null));
  if (digests.size > 1) faults.push('different lines were told');
  if (new Set(all.map(({ winner }) => winner)).size > 1) faults.push('different winners were told');
  if (all.some(({ reason }) => reason === 'void')) faults.push('it ended void');
  if (all.some(({ hasConflict }) => hasConflict)) faults.push('two lines came under one number');
  return faults;
}

function digestOf(lines: readonly string[]): string {
  const hash = createHash('sha256');
  for (let number = 0; number < lines.length; number++) hash.update(`${publicLine(lines[number] ?? '')}\n`);
  return hash.digest('base64');
}
