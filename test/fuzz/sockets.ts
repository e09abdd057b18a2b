/** Fuzz of what comes over a WebSocket: Colyseus's frames with any payload, bare frames of RFC 6455, choices in a battle. */
import assert from 'node:assert/strict';
import { Protocol } from '@colyseus/core';
import fc from 'fast-check';
import { pack } from 'msgpackr';
import { ERRORS } from '../../src/errors.ts';
import { frame, RawFrames } from '../support/raw-frames.ts';
import { REPLY, type RawSocket } from '../support/raw-socket.ts';
import type { Arena, Target } from '../security/target.ts';
import { choiceTexts } from './choice-texts.ts';

const MESSAGES = [
  'MOVE', 'FORFEIT', 'REQUEST_STATE', 'JOIN_QUEUE', 'LEAVE_QUEUE', 'REJOIN', 'CHALLENGE', 'CHALLENGE_CANCEL', 'CHALLENGE_ACCEPT', 'CHALLENGE_DECLINE', 'PLAY_BOT',
  '*', '', '__proto__', 'constructor', 'x'.repeat(60),
] as const; // prettier-ignore
const key = fc.constantFrom(
  'choice',
  'rqid',
  'from',
  'format',
  'teamId',
  'battleId',
  'to',
  'challengeId',
  'bot',
  '__proto__',
  'constructor',
  'then',
  'toJSON',
);
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }), choiceTexts, fc.integer(), fc.double(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), fc.constant(undefined),
  fc.constantFrom('gen9ou', 'gen1randombattle', '\u0000', new Date(NaN), new Map([[{}, 1]]), new Set([1]), /x/, new Uint8Array(20), -0, 2 ** 53),
); // prettier-ignore
const payload = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(key, value, { maxKeys: 3 }) },
  { weight: 1, arbitrary: value },
);
/** What the packer cannot pack is nobody's payload. */
function packed(one: unknown): Buffer {
  try {
    return pack(one);
  } catch {
    return pack(null);
  }
}

const text = (one: string): Buffer =>
  Buffer.concat([Buffer.from(one.length < 32 ? [0xa0 + one.length] : [0xd9, one.length]), Buffer.from(one)]);
const codes = fc.constantFrom(
  Protocol.ROOM_DATA,
  Protocol.ROOM_DATA,
  Protocol.ROOM_DATA,
  Protocol.ROOM_DATA_BYTES,
  Protocol.ROOM_STATE,
  Protocol.ROOM_STATE_PATCH,
  Protocol.JOIN_ROOM,
  Protocol.PING,
  0,
  31,
  255,
);
const tail = fc.oneof(
  { weight: 6, arbitrary: fc.constant(Buffer.alloc(0)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)) },
);

/** Not one that says farewell: that would be an honest end. */
const colyseusFrames = fc.oneof(
  fc.tuple(codes, fc.constantFrom(...MESSAGES), payload, tail).map(([code, type, one, rest]) => Buffer.concat([Buffer.from([code]), text(type), packed(one), rest])),
  fc.tuple(fc.nat(255), fc.constantFrom(...MESSAGES), payload).map(([id, type, one]) => Buffer.concat([Buffer.from([Protocol.ROOM_REQUEST, id & 0x7f]), text(type), packed(one)])),
  fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
).filter(([code = 0]) => (code & 0x1f) !== Protocol.LEAVE_ROOM && code !== undefined); // prettier-ignore

/** Below the soft limit, so that each is looked at. */
const PER_CONNECTION = 60;
const PER_PING = 5;
/** Not MessagePack, or too large. */
const ENDS = new Set([4002, 1009]);

export interface FrameFigures {
  readonly frames: number;
  /** Connections that frames of theirs ended. */
  readonly closed: number;
}

/** Sent by spectators, to the queue and to a ladder; each is answered, or ends its own connection with a code. */
export async function fuzzFrames(target: Target, count: number, seed: number): Promise<FrameFigures> {
  const all = fc.sample(colyseusFrames, { numRuns: count, seed });
  const arena = await target.arena();
  let closed = 0;
  for (let at = 0, turn = 0; at < all.length; turn++) {
    const socket = await openRoom(target, turn, arena);
    const sent = await sendSome(socket, all.slice(at, at + PER_CONNECTION));
    at += sent.count;
    if (sent.isClosed) closed++;
    target.assertUnharmed();
  }
  await Promise.all([arena.p1.ping(), arena.p2.ping()]);
  target.leave(arena);
  return { frames: all.length, closed };
}

async function openRoom(target: Target, turn: number, { battleId }: Arena): Promise<RawSocket> {
  const user = target.user();
  if (turn % 3 === 0) return target.watch(user, battleId);
  if (turn % 3 === 1) return target.queue(user);
  return target.connect(user, await target.seat(user, 'joinOrCreate/ladder', { format: 'gen9ou' }));
}

async function sendSome(
  socket: RawSocket,
  some: readonly Buffer[],
): Promise<{ count: number; isClosed: boolean }> {
  for (let count = 0; count < some.length;) {
    const few = some.slice(count, count + PER_PING);
    for (const one of few) if (socket.isOpen) socket.sendFrame(one);
    count += few.length;
    const isOpen = await socket.ping().then(() => true, () => false); // prettier-ignore
    if (isOpen) continue;
    assert.ok(!socket.isOpen, `no answer after ${few.map((one) => one.toString('hex')).join(' ')}`);
    const code = await socket.closed;
    assert.ok(ENDS.has(code), `closed with ${code} after ${few.map((one) => one.toString('hex')).join(' ')}`);
    return { count, isClosed: true };
  }
  socket.close();
  return { count: some.length, isClosed: false };
}

const wire = fc.oneof(
  fc.tuple(fc.nat(15), fc.uint8Array({ maxLength: 200 }), fc.boolean()).map(([opcode, bytes, isLast]) => frame(opcode, bytes, isLast)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
); // prettier-ignore
const WIRE_PER_CONNECTION = 3;

/** On bare connections without a seat: bytes that are no frame, or frames that mean nothing. The server outlives them. */
export async function fuzzWire(target: Target, count: number, seed: number): Promise<number> {
  const all = fc.sample(wire, { numRuns: count, seed });
  for (let at = 0; at < all.length; at += WIRE_PER_CONNECTION) {
    const raw = await stranger(target);
    await raw.send(Buffer.concat(all.slice(at, at + WIRE_PER_CONNECTION)));
    raw.destroy();
  }
  target.assertUnharmed();
  return all.length;
}

/** From an address that may have one more. */
async function stranger(target: Target): Promise<RawFrames> {
  for (;;) {
    const raw = new RawFrames(target.url, '/', { localAddress: target.address() });
    const head = await raw.answered;
    if (head.startsWith('HTTP/1.1 101 ')) return raw;
    assert.match(head, /^HTTP\/1\.1 429 /);
    raw.destroy();
  }
}

const MOVES_PER_USER = 60;

export interface ChoiceFigures {
  readonly choices: number;
  readonly accepted: number;
  readonly battles: number;
}

/** By both sides of battles that are played so: each is accepted, or refused with a code, and the battle goes on. */
export async function fuzzMoves(target: Target, count: number, seed: number): Promise<ChoiceFigures> {
  const all = fc.sample(choiceTexts, { numRuns: count, seed });
  let accepted = 0;
  let battles = 0;
  for (let at = 0; at < all.length; at += 2 * MOVES_PER_USER) {
    const arena = await target.arena({
      format: battles % 2 === 0 ? 'gen9randombattle' : 'gen9randomdoublesbattle',
    });
    battles++;
    for (const [index, choice] of all.slice(at, at + 2 * MOVES_PER_USER).entries()) {
      const socket = arena[index % 2 === 0 ? 'p1' : 'p2'];
      const { status, payload: reply } = await socket.request('MOVE', { choice });
      const { code } = reply as { readonly code?: string };
      if (status === REPLY.OK) accepted++;
      else
        assert.ok(
          status === REPLY.REJECTED &&
            code !== undefined &&
            Object.hasOwn(ERRORS, code) &&
            code !== 'SERVER_ERROR',
          JSON.stringify([choice, reply]),
        );
      if (code === 'BATTLE_ENDED') break;
    }
    target.leave(arena);
  }
  target.assertUnharmed();
  return { choices: all.length, accepted, battles };
}
