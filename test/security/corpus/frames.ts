/** Frames that end their connection, as docs/protocol.md says: too large, not MessagePack, too many. */
import { getMessageBytes, Protocol } from '@colyseus/core';
import { LIMITS } from '../../../src/config/limits.ts';
import type { ClosingRow } from './row.ts';

const TOO_LARGE = 1009;
const NOT_READABLE = 4002;

const head = (type: string): number[] => [Protocol.ROOM_DATA, 0xa0 + type.length, ...Buffer.from(type)];

function framesFor(room: ClosingRow['room']): ClosingRow[] {
  const type = room === 'battle' ? 'MOVE' : 'JOIN_QUEUE';
  const field = room === 'battle' ? 'choice' : 'format';
  const message = (length: number): Uint8Array =>
    getMessageBytes.raw(Protocol.ROOM_DATA, type, { [field]: 'x'.repeat(length) });
  const broken = (name: string, ...bytes: number[]): ClosingRow => ({
    name,
    room,
    frames: [Uint8Array.from([...head(type), ...bytes])],
    closes: NOT_READABLE,
  });
  const large = (name: string, frame: Uint8Array | string): ClosingRow => ({
    name,
    room,
    frames: [frame],
    closes: TOO_LARGE,
  });
  return [
    large('a frame of 4 KiB and a byte', Buffer.alloc(LIMITS.wsPayloadBytes + 1, Protocol.PING)),
    large('a string of 5 KB', message(5_000)),
    large('a string of 1 MB', message(1_000_000)),
    large('a text frame of 1 MB', 'x'.repeat(1_000_000)),
    large('1 MB of bytes', Buffer.alloc(1_000_000, Protocol.ROOM_DATA_BYTES)),
    large('16 MB of nothing', Buffer.alloc(16_000_000)),
    broken('a string cut short', 0xda, 0xff, 0xff, 65),
    broken('a string of 4 GB that is not there', 0xdb, 0xff, 0xff, 0xff, 0xff, 65),
    broken('a map cut short', 0x82, 0xa1, 65, 1),
    broken('a map of 4,294,967,295 entries', 0xdf, 0xff, 0xff, 0xff, 0xff),
    broken('an array of 4,294,967,295 entries', 0xdd, 0xff, 0xff, 0xff, 0xff),
    broken('bytes of 4 GB that are not there', 0xc6, 0xff, 0xff, 0xff, 0xff, 1),
    broken('a number cut short', 0xcb, 1, 2),
    broken('an unknown extension', 0xd4, 99, 1),
    broken('an extension cut short', 0xc9, 0xff, 0xff, 0xff, 0xff, 1),
    broken('something after the end', 0x80, 0x80),
    { name: '130 messages at once', room, frames: Array.from({ length: 130 }, () => message(1)), closes: NOT_READABLE },
    {
      name: '130 pings at once', room,
      frames: Array.from({ length: 130 }, () => Uint8Array.from([Protocol.PING])), closes: NOT_READABLE,
    },
    {
      name: '130 empty frames at once', room,
      frames: Array.from({ length: 130 }, () => new Uint8Array()), closes: NOT_READABLE,
    },
  ]; // prettier-ignore
}

export const CLOSING_ROWS: readonly ClosingRow[] = [...framesFor('battle'), ...framesFor('matchmaking')];
