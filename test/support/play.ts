/**
 * A battle played by hand as its owner plays it: stage, log, apply. What is kept of it after each entry is what a
 * replay must give again.
 */
import assert from 'node:assert/strict';
import { Battle, type StageResult } from '../../src/battle/battle.ts';
import { ENGINE_VERSION, FORMATS, generateTeam } from '../../src/battle/format.ts';
import {
  SIDE_IDS,
  type BattleId,
  type FormatId,
  type PackedTeam,
  type SideId,
  type UserId,
} from '../../src/battle/ids.ts';
import type { Entry, Input } from '../../src/battle/input.ts';
import { randomChoice } from '../../src/battle/legal-choice.ts';
import type { Opening, TimerRules } from '../../src/battle/opening.ts';
import { pick, type Random, seededRandom } from '../../src/battle/random.ts';
import { teamsFor } from '../../loadtest/teams.ts';

export const TIMER: TimerRules = { turnMs: 60_000, warnMs: 30_000, absenceMs: 60_000, joinMs: 15_000 };

/** An opening that follows from format and seed; `teams`, packed, in place of the format's own. */
export function openingFor(format: string, seed: string, teams?: readonly [string, string]): Opening {
  const random = seededRandom(`${format} ${seed}`);
  const packed = teams ?? [teamOf(format, random), teamOf(format, random)];
  return {
    id: `battle-${format}` as BattleId,
    format: format as FormatId,
    engine: ENGINE_VERSION,
    seed: simSeed(random),
    rated: random() < 0.5,
    timer: TIMER,
    sides: SIDE_IDS.map((side, index) => ({
      side,
      userId: `user-${side}` as UserId,
      name: side === 'p1' ? 'One' : 'Two',
      elo: 1000 + Math.floor(random() * 500),
      team: packed[index] as PackedTeam,
    })),
  };
}

/** A seed in the sim's notation. */
export function simSeed(random: Random): string {
  return `sodium,${Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('')}`;
}

function teamOf(format: string, random: Random): string {
  const offered = FORMATS.get(format as FormatId);
  assert(offered, `${format} is not on offer`);
  return offered.teamRequired ? pick(random, teamsFor(format)) : generateTeam(offered, simSeed(random));
}

/** How a battle stands, as far as anybody can see: the text is equal exactly where all of it is. */
export function standing(battle: Battle): string {
  const { channels, rqid, turn, outcome } = battle;
  const lengths = [channels.p1.length, channels.p2.length, channels.spectator.length];
  const requests = SIDE_IDS.map((side) => battle.request(side));
  const owing = SIDE_IDS.filter((side) => battle.owes(side));
  return JSON.stringify({ print: battle.fingerprint(), rqid, turn, outcome, owing, lengths, requests });
}

export class Recording {
  readonly opening: Opening;
  readonly battle: Battle;
  readonly entries: Entry[] = [];
  /** `standing` before the first entry, and after each. */
  readonly standings: string[];
  /** Answers that were refused without a trace: they are in no log. */
  traceless = 0;

  constructor(opening: Opening) {
    this.opening = opening;
    this.battle = new Battle(opening);
    this.standings = [standing(this.battle)];
  }

  /** Does with an answer what a session does. */
  answer(side: SideId, text: string): StageResult {
    assert(this.battle.owes(side), `${side} owes nothing`);
    const staged = this.battle.stage(side, text);
    if (staged.kind === 'staged') this.log({ type: 'choice', side, text, rqid: this.battle.rqid });
    else if (staged.changed) this.log({ type: 'refused', side, text });
    else this.traceless++;
    return staged;
  }

  log(input: Input): void {
    const at = 1_000_000 + this.entries.length * 1_500;
    this.entries.push({ input, print: this.battle.fingerprint(), at });
    this.battle.apply(input);
    this.standings.push(standing(this.battle));
  }
}

export interface PlayRules {
  /** Turns after which a side gives up. */
  readonly turnsMax: number;
  /** Answers to try before the legal one; none by default. One that is accepted is the answer. */
  readonly probes?: (recording: Recording, side: SideId, random: Random) => readonly string[];
}

/** Plays random legal answers to the end; now and then the sides answer in the other order, or an owner resumes. */
export function playOut(recording: Recording, random: Random, { turnsMax, probes }: PlayRules): void {
  const { battle } = recording;
  recording.log({ type: 'resume' });
  while (!battle.outcome) {
    if (battle.turn >= turnsMax) {
      recording.log({
        type: 'forfeit',
        side: pick(random, SIDE_IDS),
        why: pick(random, ['forfeit', 'timeout']),
      });
      return;
    }
    if (random() < 0.02) recording.log({ type: 'resume' });
    const owing = SIDE_IDS.filter((side) => battle.owes(side));
    answerFor(recording, pick(random, owing), random, probes);
  }
}

function answerFor(recording: Recording, side: SideId, random: Random, probes: PlayRules['probes']): void {
  for (const text of probes?.(recording, side, random) ?? []) {
    if (recording.answer(side, text).kind === 'staged') return;
  }
  const text = randomChoice(recording.battle.request(side)!, random);
  // What a request does not tell may refuse a legal answer; the sim's own is never refused.
  if (recording.answer(side, text).kind === 'staged') return;
  assert.equal(recording.answer(side, 'default').kind, 'staged', `default is refused after ${text}`);
}
