/** Floods, bombs and hoards on bare connections: each ends with a status or a code, and a battle beside it goes on. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { getMessageBytes, Protocol } from '@colyseus/core';
import { LIMITS } from '../../../src/config/limits.ts';
import { frame, OPCODE, RawFrames } from '../../support/raw-frames.ts';
import { rawTcp } from '../../support/raw-tcp.ts';
import type { Target, User } from '../target.ts';
import type { StoryRow } from './row.ts';

const TOO_MANY_FRAMES = 4002;
const TOO_LARGE = 1009;
const TOO_MANY_PIECES = 1008;
const NOT_OF_PROTOCOL = 1002;

/** A place in the queue's room on bare bytes, its join confirmed. */
async function seated(
  target: Target,
  user: User = target.user(),
  headers: string[] = [],
): Promise<RawFrames> {
  const { processId, roomId, sessionId } = await target.seat(user, 'joinOrCreate/matchmaking');
  const query = new URLSearchParams({ sessionId, _authToken: user.token });
  const path = `/${processId}/${roomId}?${query.toString()}`;
  const raw = new RawFrames(target.url, path, { localAddress: user.address, headers });
  assert.match(await raw.answered, /^HTTP\/1\.1 101 /);
  await raw.send(frame(OPCODE.BINARY, Buffer.from([Protocol.JOIN_ROOM])));
  return raw;
}

/** One connection that sends this and ends as it must. */
function flood(name: string, sent: () => Buffer, ends: readonly (number | 'cut')[]): StoryRow {
  return {
    name,
    async run(target) {
      const raw = await seated(target);
      void raw.send(sent());
      const ended = await raw.ended;
      raw.destroy();
      assert.ok(ends.includes(ended), `ended with ${ended}`);
    },
  };
}

function many(count: number, one: Buffer): Buffer {
  return Buffer.concat(Array<Buffer>(count).fill(one));
}

const MOVE = getMessageBytes.raw(Protocol.ROOM_DATA, 'LEAVE_QUEUE', {});
const EMPTY = Buffer.alloc(0);

const FLOODS: readonly StoryRow[] = [
  flood('20,000 pings', () => many(20_000, frame(OPCODE.PING)), [TOO_MANY_FRAMES]),
  flood('20,000 pongs', () => many(20_000, frame(OPCODE.PONG)), [TOO_MANY_FRAMES]),
  flood('20,000 empty messages', () => many(20_000, frame(OPCODE.BINARY)), [TOO_MANY_FRAMES]),
  flood('20,000 messages', () => many(20_000, frame(OPCODE.BINARY, MOVE)), [TOO_MANY_FRAMES]),
  flood('a message in 20,000 empty pieces', () =>
    Buffer.concat([frame(OPCODE.BINARY, EMPTY, false), many(20_000, frame(OPCODE.CONTINUATION, EMPTY, false))]), [TOO_MANY_PIECES]),
  flood('a message of 4 MB in pieces of 1 KB', () =>
    Buffer.concat([frame(OPCODE.BINARY, EMPTY, false), many(4_000, frame(OPCODE.CONTINUATION, Buffer.alloc(1024), false))]), [TOO_LARGE]),
  flood('a piece of nothing that was begun', () => frame(OPCODE.CONTINUATION, MOVE), [NOT_OF_PROTOCOL]),
  flood('a ping in pieces', () => frame(OPCODE.PING, EMPTY, false), [NOT_OF_PROTOCOL]),
  flood('a frame without a mask', () => Buffer.from([0x82, 0x01, 0]), [NOT_OF_PROTOCOL]),
  flood('a frame of 2^63 bytes', () => Buffer.from([0x82, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255]), [TOO_LARGE]),
  flood('a frame of an unknown kind', () => frame(0xb), [NOT_OF_PROTOCOL]),
  flood('a compressed frame', () => {
    const bomb = gzipSync(Buffer.alloc(100_000)).subarray(10, -8);
    const sent = frame(OPCODE.BINARY, bomb);
    sent[0] = sent[0]! | 0x40;
    return sent;
  }, [NOT_OF_PROTOCOL]),
]; // prettier-ignore

export const FLOOD_STORIES: readonly StoryRow[] = [
  ...FLOODS,
  {
    name: 'compression is not agreed to',
    async run(target) {
      const raw = await seated(target, target.user(), ['Sec-WebSocket-Extensions: permessage-deflate']);
      assert.doesNotMatch(await raw.answered, /extensions/i);
      raw.destroy();
    },
  },
  {
    name: 'pings whose answers nobody reads',
    async run(target) {
      const raw = await seated(target);
      raw.socket.pause();
      // Below the bound on frames, as far as anybody can count them; the answers pile up.
      void raw.send(many(200_000, frame(OPCODE.PING, Buffer.alloc(125))));
      raw.socket.resume();
      assert.notEqual(await raw.ended, 1000);
      raw.destroy();
    },
  },
  {
    name: 'messages to a connection without a seat',
    async run(target) {
      const raw = new RawFrames(target.url, '/', { localAddress: target.address() });
      await raw.answered;
      void raw.send(many(20_000, frame(OPCODE.BINARY, Buffer.from([Protocol.PING]))));
      assert.equal(await raw.ended, TOO_MANY_FRAMES);
      assert.ok(raw.bytes < 4096, `${raw.bytes} bytes came back`);
      raw.destroy();
    },
  },
  {
    name: 'more WebSockets than one user may have',
    async run(target) {
      const user = target.user();
      const query = new URLSearchParams({ _authToken: user.token });
      const { processId } = await target.seat(user, 'joinOrCreate/matchmaking');
      // Refused one by one for want of a seat, and not closed by us: they count as long as they are open.
      const open = Array.from(
        { length: LIMITS.socketsPerUser + 2 },
        () =>
          new RawFrames(target.url, `/${processId}/nothing?${query.toString()}&sessionId=abcd`, {
            localAddress: user.address,
          }),
      );
      const heads = await Promise.all(open.map(({ answered }) => answered));
      const refused = heads.filter((head) => head.startsWith('HTTP/1.1 429'));
      for (const raw of open) raw.destroy();
      assert.equal(refused.length, 2, heads.join('\n'));
    },
  },
  {
    name: 'an upgrade that was refused and is held open',
    async run(target) {
      const { hostname, port } = new URL(target.url);
      const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
      socket.write(
        'GET /p/r?sessionId=abcd HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      );
      socket.resume();
      socket.on('error', () => {});
      const closed = new Promise((resolve) => {
        socket.once('close', resolve);
      });
      await once(socket, 'end');
      // Our own side stays open. Who goes on writing hears when nobody is there any more.
      const writing = setInterval(() => socket.write('x'), 200);
      await closed;
      clearInterval(writing);
    },
  },
  {
    name: 'all lines again and again',
    async run(target) {
      const arena = await target.arena();
      const user = target.user();
      let refusals = 0;
      for (let round = 0; round < 2; round++) {
        const socket = await target.watch(user, arena.battleId);
        for (let count = 0; count < LIMITS.resendsPerUser.burst / 2 + 4; count++) {
          const reply = await socket.request('REQUEST_STATE', { from: 0 });
          if ((reply.payload as { code?: string } | undefined)?.code === 'RATE_LIMITED') refusals++;
        }
        socket.close();
      }
      assert.ok(refusals > 0, 'nobody was held back');
      target.leave(arena);
    },
  },
  {
    name: 'seats again and again',
    async run(target) {
      const arena = await target.arena();
      const queue = await target.queue(arena.users.p1);
      let refusals = 0;
      for (let count = 0; count < LIMITS.seatsPerUser.burst + 4; count++) {
        const reply = await queue.request('REJOIN', { battleId: arena.battleId });
        if ((reply.payload as { code?: string } | undefined)?.code === 'RATE_LIMITED') refusals++;
      }
      assert.ok(refusals > 0, 'nobody was held back');
      queue.close();
      target.leave(arena);
    },
  },
  {
    name: 'one request after another without waiting',
    async run(target) {
      const line = (more = ''): string => `GET /replays/nothing HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
      const most = LIMITS.pipelinedRequests;
      const send = async (count: number): Promise<string[]> => {
        const answers = await rawTcp(
          target.url,
          line().repeat(count - 1) + line('Connection: close\r\n'),
          8_000,
        );
        return Array.from(answers.matchAll(/HTTP\/1\.1 (\d{3})/g), ([, status]) => status!);
      };
      assert.deepEqual(new Set(await send(most)), new Set(['404']));
      assert.ok((await send(20 * most)).length < most, 'more were answered than may wait');
    },
  },
];
