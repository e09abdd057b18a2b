/**
 * Holds what clients were told against what is stored. It knows the transcripts, the row and the bare sim, and nothing
 * of the code that is on trial.
 */
import { extractChannelMessages } from '@pkmn/sim';
import type { Entry } from '../../src/battle/input.ts';
import { SIDE_IDS, type SideId } from '../../src/battle/ids.ts';
import type { Transcript } from '../../loadtest/transcript.ts';
import { BareBattle } from './bare-battle.ts';
import type { StoredBattle, StoredSide } from './stored-battles.ts';

export interface Checked {
  /** Sentences; none when all is well. */
  readonly faults: readonly string[];
  readonly accepted: number;
  readonly lines: number;
}

type Channels = Readonly<Record<SideId | 'spectator', readonly string[]>>;

/** Everything that clients were told of one battle against its row. */
export function checkBattle(stored: StoredBattle, transcripts: readonly Transcript[]): Checked {
  return {
    faults: [...faultsOf(stored, transcripts)].map((fault) => `${stored.id} (${stored.format}): ${fault}`),
    accepted: transcripts.reduce((sum, { accepted }) => sum + accepted.length, 0),
    lines: transcripts.reduce((sum, { lines }) => sum + lines.length, 0),
  };
}

function* faultsOf(stored: StoredBattle, transcripts: readonly Transcript[]): Generator<string> {
  let replayed: ReturnType<typeof replayBare>;
  try {
    replayed = replayBare(stored);
  } catch (error) {
    yield `its row does not replay: ${(error as Error).message}`;
    return;
  }
  const { channels, winner } = replayed;
  if (stored.winner !== winner) yield `the row says ${stored.winner} won, the sim says ${winner}`;
  const stray = difference(stored.lines, channels.spectator);
  if (stray !== null) yield `the row's lines: ${stray}`;
  for (const transcript of transcripts) yield* transcriptFaults(transcript, stored, channels);
}

function* transcriptFaults(
  transcript: Transcript,
  stored: StoredBattle,
  channels: Channels,
): Generator<string> {
  const { userId, side, lines, end } = transcript;
  const who = side ?? 'a spectator';
  const seat = stored.sides.find((seat) => seat.userId === userId)?.side ?? null;
  if (side !== seat) yield `${userId} was told to be ${side} and is ${seat}`;
  if (transcript.conflicts.length > 0) yield `${who} got two lines under one number`;
  const stray = difference(lines, channels[side ?? 'spectator'], transcript.isEndLookedUp);
  if (stray !== null) yield `${who}: ${stray}`;
  const winner = stored.sides.find((seat) => seat.side === stored.winner)?.userId ?? null;
  if (end && end.winner !== winner) yield `${who} was told that ${end.winner} won, the row says ${winner}`;
  if (!end) yield `${who} was not told the end`;
  for (const { rqid, choice } of transcript.accepted) {
    const times = stored.inputs.filter(({ input }) => isChoice(input, side, rqid, choice)).length;
    if (times !== 1) yield `${who}'s accepted "${choice}" at ${rqid} is in the inputs ${times} times`;
  }
}

function isChoice(input: Entry['input'], side: SideId | null, rqid: number, text: string): boolean {
  return input.type === 'choice' && input.side === side && input.rqid === rqid && input.text === text;
}

/** The battle once more, from its row alone. Throws when the sim refuses what was accepted. */
function replayBare(stored: StoredBattle): { channels: Channels; winner: SideId | null } {
  const of = <T>(pick: (side: StoredSide) => T): Record<SideId, T> =>
    Object.fromEntries(stored.sides.map((side) => [side.side, pick(side)])) as Record<SideId, T>;
  const names = of(({ name }) => name);
  const battle = new BareBattle({
    format: stored.format,
    seed: stored.seed,
    names,
    teams: of(({ team }) => team),
    elo: of(({ elo }) => elo),
    isRated: stored.rated,
  });
  for (const [index, { input }] of stored.inputs.entries()) play(battle, input, index);
  const winner = SIDE_IDS.find((side) => battle.winner === names[side]) ?? null;
  return { channels: channelsOf(battle.lines), winner };
}

function play(battle: BareBattle, input: Entry['input'], index: number): void {
  if (input.type === 'choice' && !battle.choose(input.side, input.text))
    throw new Error(`input ${index}: the sim refuses "${input.text}"`);
  if (input.type === 'refused') {
    if (battle.choose(input.side, input.text))
      throw new Error(`input ${index}: the sim takes "${input.text}"`);
    battle.sim.getSide(input.side).clearChoice();
  }
  if (input.type === 'forfeit') {
    battle.sim.lose(input.side);
    battle.sim.sendUpdates();
  }
}

/** By Showdown's own rules for who may see what. */
function channelsOf(lines: readonly string[]): Channels {
  const { 0: spectator, 1: p1, 2: p2 } = extractChannelMessages(lines.join('\n'), [0, 1, 2]);
  const shown = (channel: readonly string[]): string[] =>
    channel.filter((line) => line !== '' && !line.startsWith('|t:|'));
  return { spectator: shown(spectator), p1: shown(p1), p2: shown(p2) };
}

/** Where two lists of lines part; null where they are the same, or the first is a beginning and may be. */
function difference(
  seen: readonly (string | undefined)[],
  truth: readonly string[],
  mayBeBeginning = false,
): string | null {
  for (let number = 0; number < seen.length; number++)
    if (seen[number] !== truth[number])
      return `line ${number} is "${seen[number]}" and should be "${truth[number]}"`;
  if (seen.length === truth.length || mayBeBeginning) return null;
  return `there are ${seen.length} lines and should be ${truth.length}`;
}
