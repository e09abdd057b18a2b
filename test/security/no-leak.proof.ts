/**
 * Plays the same battle twice, with one hidden fact of p2 changed, through the real `BattleRoom`. As long as the bare
 * sim tells p1 and spectators the same in both, every byte that they are sent must be the same: messages and state.
 */
import assert from 'node:assert/strict';
import { decode } from '@colyseus/schema';
import { Protocol } from '@colyseus/core';
import { unpack } from 'msgpackr';
import { ENGINE_VERSION } from '../../src/battle/format.ts';
import type { BattleId, PackedTeam, SideId, UserId } from '../../src/battle/ids.ts';
import type { Opening } from '../../src/battle/opening.ts';
import { seededRandom, type Random } from '../../src/battle/random.ts';
import type { BattleRequest } from '../../src/battle/request.ts';
import { simSeed, teamFor } from '../battle/public-facts.teams.ts';
import { RecordedBattle, type BattleRoomClass } from '../support/recording-room.ts';
import { writeScript, type Fixed, type Script, type Step } from './battle-script.ts';
import { drawVariants, type FactKind, type Variants } from './hidden-facts.ts';

export interface KindFigures {
  pairs: number;
  /** Of the pairs, those whose changed Pokémon was on the field in the compared part. */
  onField: number;
  turns: number;
  frames: number;
  bytes: number;
  /** Frames of p2 that differed: its own requests tell it what it has. */
  ownFramesThatDiffer: number;
  formats: string[];
}

export interface LeakOptions {
  readonly kinds: readonly FactKind[];
  readonly pairs: number;
  readonly seed: number;
  readonly Room?: BattleRoomClass;
  readonly report?: (line: string) => void;
}

/** A pair that shows its difference earlier says little and is not counted. */
const TURNS_MIN = 4;
const DRAWS_MAX = 400;

/** Rejects at the first byte that differs. */
export async function proveNoLeak(options: LeakOptions): Promise<Record<string, KindFigures>> {
  const figures: Record<string, KindFigures> = {};
  for (const kind of options.kinds) {
    const random = seededRandom(`${options.seed}/${kind}`);
    const total: KindFigures = {
      pairs: 0, onField: 0, turns: 0, frames: 0, bytes: 0, ownFramesThatDiffer: 0, formats: [],
    }; // prettier-ignore
    for (let draw = 0; total.pairs < options.pairs; draw++) {
      assert.ok(draw < DRAWS_MAX * options.pairs, `too few pairs of ${kind} stay hidden`);
      const variants = drawVariants(kind, random);
      if (variants) await playPair(kind, variants, random, total, options.Room);
    }
    figures[kind] = total;
    options.report?.(`${kind}: ${total.pairs} pairs, ${total.turns} turns`);
  }
  return figures;
}

async function playPair(
  kind: FactKind,
  variants: Variants,
  random: Random,
  total: KindFigures,
  Room?: BattleRoomClass,
): Promise<void> {
  const format = variants.format.id;
  const fixed = { seed: simSeed(random), p1: teamFor(format, random) };
  const script = writeScript(kind, variants, fixed, random);
  if (script.turns < TURNS_MIN) return;
  const recordings: Recording[] = [];
  for (const team of variants.teams)
    recordings.push(await record(opening(format, fixed, team), script, Room));
  const [one, other] = recordings as [Recording, Recording];
  assert.equal(one.length, other.length);
  let differing = 0;
  for (const [index, frame] of one.entries()) {
    const twin = other[index]!;
    assert.equal(frame.receiver, twin.receiver);
    const isEqual = frame.bytes.equals(twin.bytes);
    if (frame.receiver === 'p2') {
      if (!isEqual) differing++;
      continue;
    }
    const place = `${kind} in ${format}, step ${frame.step} (${JSON.stringify(script.steps[frame.step])}), to ${frame.receiver}`;
    assert.ok(
      isEqual,
      `${place}:\n${describe(frame.bytes)}\n${describe(twin.bytes)}\n${variants.teams.join('\n')}`,
    );
    total.frames++;
    total.bytes += frame.bytes.length;
  }
  for (const frame of [...one, ...other]) assertOwnRequest(frame);
  assert.ok(differing > 0, `${kind} in ${format}: p2 was not told of its own difference either`);
  total.ownFramesThatDiffer += differing;
  total.pairs++;
  total.turns += script.turns;
  if (script.isOnField) total.onField++;
  if (!total.formats.includes(format)) total.formats.push(format);
}

interface Frame {
  readonly step: number;
  readonly receiver: 'p1' | 'p2' | 'spectator' | 'late';
  readonly bytes: Buffer;
}

type Recording = readonly Frame[];

const RECEIVERS = ['p1', 'p2', 'spectator', 'late'] as const;

async function record(opening: Opening, { steps }: Script, Room?: BattleRoomClass): Promise<Recording> {
  const frames: Frame[] = [];
  const battle = await RecordedBattle.open(opening, Room);
  const keep = (step: number): void => {
    for (const receiver of RECEIVERS)
      for (const bytes of battle.take(receiver)) frames.push({ step, receiver, bytes });
  };
  try {
    for (const name of ['p1', 'p2', 'spectator']) await battle.join(name, `user-${name}`);
    keep(0);
    for (const [index, step] of steps.entries()) {
      await take(battle, step);
      keep(index);
    }
  } finally {
    await battle.close();
  }
  return frames;
}

async function take(battle: RecordedBattle, step: Step): Promise<void> {
  if (step.do === 'choose') await battle.send(step.side, 'MOVE', { choice: step.text });
  else if (step.do === 'wait') await battle.advance(step.ms);
  else if (step.do === 'bad choice') await battle.send('p2', 'MOVE', { choice: 'switch 1' });
  else if (step.do === 'ask') await battle.send('p1', 'REQUEST_STATE', {});
  else if (step.do === 'watch') await battle.join('late', 'user-late');
  else if (step.do === 'drop') await battle.drop('p2');
  else await battle.join('p2', 'user-p2');
}

/** A request goes to its side alone, and to no spectator. */
function assertOwnRequest({ receiver, bytes }: Frame): void {
  if (bytes[0] !== Protocol.ROOM_DATA) return;
  const payload = messageOf(bytes).payload as { readonly request?: BattleRequest } | undefined;
  if (payload?.request) assert.equal(payload.request.side.id, receiver, 'a request went astray');
}

function messageOf(bytes: Buffer): { readonly type: string; readonly payload: unknown } {
  const place = { offset: 1 };
  const type = decode.string(bytes, place);
  return { type, payload: place.offset < bytes.length ? unpack(bytes.subarray(place.offset)) : undefined };
}

function describe(bytes: Buffer): string {
  return bytes[0] === Protocol.ROOM_DATA ? JSON.stringify(messageOf(bytes)) : bytes.toString('latin1');
}

function opening(format: string, { seed, p1 }: Fixed, p2: PackedTeam): Opening {
  const side = (id: SideId, name: string, team: string): Opening['sides'][number] => ({
    side: id,
    userId: `user-${id}` as UserId,
    name,
    elo: 1000,
    team: team as PackedTeam,
  });
  return {
    id: 'recorded' as BattleId,
    format: format as Opening['format'],
    engine: ENGINE_VERSION,
    seed,
    rated: false,
    timer: { turnMs: 600_000, warnMs: 570_000, absenceMs: 60_000, joinMs: 15_000 },
    sides: [side('p1', 'Ash', p1), side('p2', 'Gary', p2)],
  };
}
