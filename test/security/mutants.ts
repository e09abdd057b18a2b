/** Frames that were good once: bits flipped, bytes cut, doubled and put in. They are answered or end their connection. */
import assert from 'node:assert/strict';
import { getMessageBytes, Protocol } from '@colyseus/core';
import fc from 'fast-check';
import { pack } from 'msgpackr';
import type { RawSocket } from '../support/raw-socket.ts';
import type { Target, User } from './target.ts';

const NOT_READABLE = 4002;
/** Below the soft limit, so that each is looked at. */
const FRAMES_PER_CONNECTION = 60;

const GOOD: readonly Buffer[] = [
  getMessageBytes.raw(Protocol.ROOM_DATA, 'MOVE', { choice: 'move 1 terastallize', rqid: 1 }),
  getMessageBytes.raw(Protocol.ROOM_DATA, 'FORFEIT', {}),
  getMessageBytes.raw(Protocol.ROOM_DATA, 'REQUEST_STATE', { from: 3 }),
  getMessageBytes.raw(Protocol.ROOM_DATA, 'JOIN_QUEUE', { format: 'gen9ou', teamId: 'x' }),
  getMessageBytes.raw(Protocol.ROOM_DATA_BYTES, 'MOVE', undefined, Buffer.from('move 1')),
  Buffer.concat([
    Buffer.from([Protocol.ROOM_REQUEST, 7, 0xa4]),
    Buffer.from('MOVE'),
    pack({ choice: 'move 1' }),
  ]),
];

const byte = fc.integer({ min: 0, max: 255 });
const edit = fc.record({ at: fc.nat(80), kind: fc.constantFrom('set', 'cut', 'put', 'end'), value: byte });

/** Anything but a farewell, which ends the connection as it should. */
const frames = fc
  .oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constantFrom(...GOOD), fc.array(edit, { minLength: 1, maxLength: 6 })),
    },
    {
      weight: 1,
      arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => [Buffer.from(bytes), []] as const),
    },
  )
  .map(([frame, edits]) => edits.reduce(edited, [...frame]))
  .filter(([code = 0]) => (code & 0x1f) !== Protocol.LEAVE_ROOM);

function edited(bytes: number[], { at, kind, value }: { at: number; kind: string; value: number }): number[] {
  const place = at % (bytes.length + 1);
  if (kind === 'set') return bytes.toSpliced(place, 1, value);
  if (kind === 'cut') return bytes.toSpliced(place, 1);
  if (kind === 'put') return bytes.toSpliced(place, 0, value);
  return bytes.slice(0, place);
}

/** How many connections ended by them. A spectator sends, so that none can be a choice. */
export async function sendMutants(target: Target, count: number, seed: number): Promise<number> {
  const arena = await target.arena();
  const all = fc.sample(frames, { numRuns: count, seed });
  let closed = 0;
  let left = all;
  while (left.length > 0) {
    const user = target.user();
    const socket = await target.watch(user, arena.battleId);
    const sent = await sendSome(socket, left.slice(0, FRAMES_PER_CONNECTION), user);
    if (sent.isClosed) closed++;
    left = left.slice(sent.count);
    process.kill(target.pid, 0);
  }
  const before = arena.p1.received.length;
  arena.p1.send('REQUEST_STATE', {});
  const { request } = await arena.p1.message('BATTLE_UPDATE', before);
  assert.equal((request as { rqid: number }).rqid, 1, 'the battle has moved');
  target.leave(arena);
  return closed;
}

async function sendSome(
  socket: RawSocket,
  some: readonly number[][],
  { id }: User,
): Promise<{ count: number; isClosed: boolean }> {
  let count = 0;
  for (const frame of some) {
    count++;
    socket.sendFrame(Uint8Array.from(frame));
    // One at a time now and then, so that it is known which one ended it.
    if (count % 4 !== 0 && count < some.length) continue;
    const isClosed = await socket.ping().then(
      () => false,
      () => true,
    );
    if (!isClosed) continue;
    assert.ok(!socket.isOpen, `no answer after ${JSON.stringify(some.slice(Math.max(0, count - 4), count))}`);
    assert.equal(await socket.closed, NOT_READABLE, `${id}: ${JSON.stringify(frame)}`);
    return { count, isClosed: true };
  }
  socket.close();
  return { count, isClosed: false };
}
