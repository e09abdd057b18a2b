/**
 * The proof that a battle is its opening and its input log: battles are played with refused answers in between, then
 * replayed whole, and cut at a random entry and played on. Everything that anybody sees must come out the same.
 */
import assert from 'node:assert/strict';
import type { Battle } from '../../src/battle/battle.ts';
import { FORMATS } from '../../src/battle/format.ts';
import type { Entry } from '../../src/battle/input.ts';
import type { Opening } from '../../src/battle/opening.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { replay } from '../../src/battle/replay.ts';
import { openingFor, playOut, Recording, standing } from '../support/play.ts';
import { probesFor } from './replay-probes.ts';
import { TRAP_TEAMS } from './traps-teams.ts';

export interface ReplayFigures {
  readonly battles: number;
  readonly formats: number;
  readonly turns: number;
  readonly entries: number;
  /** Refusals that corrected a request: entries of their own. */
  readonly refusedLogged: number;
  /** Refusals in between that are in no log. */
  readonly refusedTraceless: number;
  readonly resumes: number;
  readonly linesCompared: number;
  readonly requestsCompared: number;
}

/** Long battles of random players are cut short by a forfeit. */
const TURNS_MAX = 80;
/** Every so many battles comes one of the teams that are made for refusals. */
const TRAP_EVERY = 4;

/** Throws at the first difference. */
export function proveReplay(size: { battles: number; seed: string }): ReplayFigures {
  const formats = new Set<string>();
  const total = { turns: 0, entries: 0, refusedLogged: 0, refusedTraceless: 0, resumes: 0 };
  let linesCompared = 0;
  let requestsCompared = 0;
  for (let index = 0; index < size.battles; index++) {
    const seed = `${size.seed}/${index}`;
    const recording = record(openingOf(index, seed), seed);
    formats.add(recording.opening.format);
    try {
      proveReplays(recording, seed);
    } catch (error) {
      throw new Error(`${recording.opening.format} ${seed}: ${String(error)}`, { cause: error });
    }
    const { battle, entries } = recording;
    total.turns += battle.turn;
    total.entries += entries.length;
    total.refusedLogged += entries.filter(({ input }) => input.type === 'refused').length;
    total.refusedTraceless += recording.traceless;
    total.resumes += entries.filter(({ input }) => input.type === 'resume').length;
    linesCompared += 2 * Object.values(battle.channels).flat().length;
    requestsCompared += 2 * 2 * recording.standings.length;
  }
  assert(total.refusedLogged > 0 && total.refusedTraceless > 0, 'nothing was refused');
  return { battles: size.battles, formats: formats.size, ...total, linesCompared, requestsCompared };
}

function openingOf(index: number, seed: string): Opening {
  const traps = Object.values(TRAP_TEAMS);
  const trap = index % TRAP_EVERY === 0 ? traps[(index / TRAP_EVERY) % traps.length] : undefined;
  if (trap) return openingFor(trap.format, seed, trap.teams);
  const formats = [...FORMATS.keys()];
  return openingFor(formats[index % formats.length]!, seed);
}

function record(opening: Opening, seed: string): Recording {
  const recording = new Recording(opening);
  playOut(recording, seededRandom(seed), { turnsMax: TURNS_MAX, probes: probesFor });
  return recording;
}

function proveReplays(recording: Recording, seed: string): void {
  const { entries, battle } = recording;
  // As a store gives it back.
  const whole = replay(copy(recording.opening), copy(entries)).battle;
  assert.equal(standing(whole), recording.standings.at(-1));
  compareLines(whole, battle);
  proveCut(recording, Math.floor(seededRandom(`cut ${seed}`)() * (entries.length + 1)));
}

/** The owner dies after so many entries; the next one replays them and plays the rest. */
export function proveCut(recording: Recording, cut: number): void {
  const entries = copy(recording.entries.slice(0, cut));
  const { battle } = replay(copy(recording.opening), entries);
  assert.equal(standing(battle), recording.standings[cut], `cut at ${cut}`);
  playOn(battle, recording, cut);
  compareLines(battle, recording.battle);
}

/** What a new owner does with the rest of the same answers. */
function playOn(battle: Battle, { entries, standings }: Recording, cut: number): void {
  for (const [index, { input }] of entries.entries()) {
    if (index < cut) continue;
    if (input.type === 'choice') assert.equal(battle.stage(input.side, input.text).kind, 'staged');
    if (input.type === 'refused') {
      const staged = battle.stage(input.side, input.text);
      assert(staged.kind === 'refused' && staged.changed, `"${input.text}" is not refused as before`);
    }
    battle.apply(input);
    assert.equal(standing(battle), standings[index + 1], `after entry ${index}, cut at ${cut}`);
  }
}

function compareLines(one: Battle, other: Battle): void {
  for (const channel of ['p1', 'p2', 'spectator'] as const) {
    assert.deepEqual(one.channels[channel], other.channels[channel], `channel ${channel}`);
  }
}

function copy<T extends Opening | readonly Entry[]>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
