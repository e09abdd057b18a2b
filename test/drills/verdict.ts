/** What a drill has shown, from transcripts and stored rows alone. */
import { setImmediate as yieldNow } from 'node:timers/promises';
import type { Percentiles } from '../../loadtest/percentiles.ts';
import type { Played } from '../../loadtest/play.ts';
import { byBattle, errorCounts, faultsOf } from '../../loadtest/verdict.ts';
import { checkBattle, type Checked } from '../support/checker.ts';
import type { Stored } from '../support/stored-battles.ts';
import type { Drill } from './drill.ts';
import type { Returns } from './return-watch.ts';

export interface Figures {
  readonly battles: number;
  readonly lost: number;
  readonly diverged: number;
  readonly choicesLostOrDoubled: number;
  readonly acceptedChecked: number;
  readonly linesChecked: number;
  readonly statesCompared: number;
  /** With decoders that began after a blow. */
  readonly freshStatesCompared: number;
  readonly cameBackBySdk: number;
  readonly joinedAgain: number;
  /** Players of processes that were struck. */
  readonly sdkOnly: Returns;
  /** As `PlayerWatch` says. */
  readonly timeToNextOwnAcceptedMs: Readonly<Record<string, Percentiles>>;
  /** What clients saw, by code. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface Verdict<F = Figures> {
  readonly figures: F;
  /** Sentences; none when everything that must be zero is zero. */
  readonly faults: readonly string[];
}

/** Of the clients that the SDK is to bring back, as many at the least. */
const SDK_SHARE_MIN = 0.99;
/** Battles between two lines of progress. */
const REPORT_EVERY = 250;

/** `calledFor`: what clients may have seen. Anything else was not called for. */
export async function judge(
  drill: Drill,
  played: Played,
  stored: Stored,
  calledFor: RegExp,
  report: (line: string) => void,
): Promise<Verdict> {
  const checked = await checkAll(played, stored, report);
  const broken = checked.flatMap(({ faults }) => faults);
  const isOfChoice = (fault: string): boolean => fault.includes(' is in the inputs ');
  const states = drill.states.figures();
  const sdkOnly = drill.returns.figures();
  const lost = [...drill.faults, ...lostOf(played, stored)];
  const diverged = [...broken.filter((fault) => !isOfChoice(fault)), ...states.faults];
  const choices = broken.filter(isOfChoice);
  const errors = errorCounts(played);
  const uncalled = Object.keys(errors)
    .filter((code) => !calledFor.test(code))
    .map((code) => `${errors[code]} times ${code}`);
  const faults = [...lost, ...diverged, ...choices, ...uncalled];
  if (states.freshCompared === 0) faults.push('no state was compared with a fresh one');
  if (sdkOnly.share < SDK_SHARE_MIN)
    faults.push(`the SDK brought back ${sdkOnly.cameBack} of ${sdkOnly.hit} players`);
  return {
    faults,
    figures: {
      battles: stored.battles.length,
      lost: lost.length,
      diverged: diverged.length,
      choicesLostOrDoubled: choices.length,
      acceptedChecked: sum(checked.map(({ accepted }) => accepted)),
      linesChecked: sum(checked.map(({ lines }) => lines)),
      statesCompared: states.compared,
      freshStatesCompared: states.freshCompared,
      cameBackBySdk: sum(played.players.map(({ cameBackBySdk }) => cameBackBySdk)),
      joinedAgain: sum(played.players.map(({ joinedAgain }) => joinedAgain)),
      sdkOnly,
      timeToNextOwnAcceptedMs: drill.players.figures(),
      errors,
    },
  };
}

/** Throws the faults of a verdict, if any, with what else may explain them. */
export function figuresOf<F>({ figures, faults }: Verdict<F>): F {
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return figures;
}

/** One at a time, so that sockets are still heard in between. */
async function checkAll(
  played: Played,
  stored: Stored,
  report: (line: string) => void,
): Promise<readonly Checked[]> {
  const told = byBattle([...played.players, ...played.spectators]);
  const checked: Checked[] = [];
  for (const row of stored.battles) {
    checked.push(checkBattle(row, told.get(row.id) ?? []));
    if (checked.length % REPORT_EVERY === 0)
      report(`${checked.length} of ${stored.battles.length} battles checked`);
    await yieldNow();
  }
  return checked;
}

function lostOf(played: Played, { battles, liveRows }: Stored): string[] {
  const told = byBattle([...played.players, ...played.spectators]);
  const rows = new Set(battles.map(({ id }) => id));
  const lost = [
    ...faultsOf(played),
    ...[...told.keys()].filter((id) => !rows.has(id)).map((id) => `${id || 'no battle'} is not stored`),
    ...[...rows].filter((id) => !told.has(id)).map((id) => `nobody knows of ${id}`),
  ];
  if (rows.size !== battles.length) lost.push('a battle is stored twice');
  if (liveRows > 0) lost.push(`${liveRows} rows of living battles are left`);
  return lost;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
