/** What a drill of a cluster has shown, from transcripts and stored rows alone. */
import type { Bot } from '../../loadtest/bot.ts';
import type { Percentiles } from '../../loadtest/percentiles.ts';
import type { Played } from '../../loadtest/play.ts';
import { byBattle, errorCounts, faultsOf } from '../../loadtest/verdict.ts';
import { checkBattle } from '../support/checker.ts';
import type { StateWitness } from '../support/state-witness.ts';
import type { Stored } from '../support/stored-battles.ts';

export interface Evidence {
  readonly blows: Readonly<Record<string, number>>;
  readonly played: Played;
  readonly stored: Stored;
  readonly states: StateWitness;
  /** Decoders that began after a blow. */
  readonly fresh: ReadonlySet<Bot>;
  /** Milliseconds until a player's next own choice was accepted, by kind of blow. */
  readonly waits: Readonly<Record<string, Percentiles>>;
  /** What was found wrong on the way. */
  readonly faults: readonly string[];
}

export type Verdict = Readonly<Record<string, unknown>>;

/**
 * What an absence of processes or of the store may cost a client; NOT_FOUND when the process that gave out a seat died
 * before it was taken. Anything else was not called for.
 */
const CALLED_FOR =
  /^(NOT_FOUND|REDIS_UNAVAILABLE|CONNECTION_FAILED|SERVER_DRAINING|QUEUE_CLOSED \d+|CLOSED \d+|ALREADY_IN_BATTLE)$/;

/** Throws unless everything that must be zero is zero. */
export function judge(evidence: Evidence): Verdict {
  const { played, stored, states } = evidence;
  const told = byBattle([...played.players, ...played.spectators]);
  const rows = new Map(stored.battles.map((row) => [row.id, row]));
  const checked = stored.battles.map((row) => checkBattle(row, told.get(row.id) ?? []));
  const lost = [
    ...evidence.faults,
    ...faultsOf(played),
    ...[...told.keys()].filter((id) => !rows.has(id)).map((id) => `${id || 'no battle'} is not stored`),
    ...[...rows.keys()].filter((id) => !told.has(id)).map((id) => `nobody knows of ${id}`),
  ];
  if (rows.size !== stored.battles.length) lost.push('a battle is stored twice');
  const broken = checked.flatMap(({ faults }) => faults);
  const isOfChoice = (fault: string): boolean => fault.includes(' is in the inputs ');
  const diverged = [...broken.filter((fault) => !isOfChoice(fault)), ...states.faults];
  const choices = broken.filter(isOfChoice);
  const errors = errorCounts(played);
  const uncalled = Object.keys(errors)
    .filter((code) => !CALLED_FOR.test(code))
    .map((code) => `${errors[code]} times ${code}`);
  const freshStatesCompared = states.comparisons(3, (bot) => evidence.fresh.has(bot));
  const faults = [...lost, ...diverged, ...choices, ...uncalled];
  if (freshStatesCompared === 0) faults.push('no state was compared with a fresh one');
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    blows: evidence.blows,
    battles: stored.battles.length,
    lost: lost.length,
    diverged: diverged.length,
    choicesLostOrDoubled: choices.length,
    acceptedChecked: sum(checked.map(({ accepted }) => accepted)),
    linesChecked: sum(checked.map(({ lines }) => lines)),
    statesCompared: states.comparisons(3),
    freshStatesCompared,
    cameBackBySdk: sum(played.players.map(({ cameBackBySdk }) => cameBackBySdk)),
    joinedAgain: sum(played.players.map(({ joinedAgain }) => joinedAgain)),
    timeToNextOwnAcceptedMs: evidence.waits,
    errors,
  };
}
