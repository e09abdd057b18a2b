/** Frames of both rooms by their bytes, on which the connection stays. */
import { Protocol } from '@colyseus/core';
import type { MessageRow } from './row.ts';

const text = (value: string): number[] => [0xa0 + value.length, ...Buffer.from(value)];
const MOVE = [Protocol.ROOM_DATA, ...text('MOVE')];

/** Frames that no client of ours sends, and that are answered like any other message that means nothing. */
export const FRAMES: readonly (readonly [string, number[], MessageRow['expect']])[] = [
  ['no type', [Protocol.ROOM_DATA], 'INVALID_MESSAGE'],
  ['a type longer than the frame', [Protocol.ROOM_DATA, 0xdb, 255, 255, 255, 255], 'INVALID_MESSAGE'],
  ['a type that is not UTF-8', [Protocol.ROOM_DATA, 0xa2, 0xff, 0xfe], 'INVALID_MESSAGE'],
  ['a type of half a number', [Protocol.ROOM_DATA, 0xcb, 1], 'INVALID_MESSAGE'],
  ['bytes without a type', [Protocol.ROOM_DATA_BYTES], 'INVALID_MESSAGE'],
  ['MOVE without a payload', MOVE, 'INVALID_MESSAGE'],
  ['400 nested arrays', [...MOVE, ...Array<number>(400).fill(0x91), 1], 'INVALID_MESSAGE'],
  ['3900 nested maps', [...MOVE, ...Array<number>(1900).fill(0x81).flatMap((one) => [one, 0xa0]), 1], 'INVALID_MESSAGE'],
  ['a protocol code that nobody has', [31, 1, 2, 3], 'none'],
  ['a reliable input', [Protocol.ROOM_INPUT_RELIABLE, 1, 2, 3], 'none'],
  ['an unreliable input', [Protocol.ROOM_INPUT_UNRELIABLE, 255, 255], 'none'],
  ['an input with a time', [Protocol.ROOM_INPUT_RELIABLE | 0x20, 1], 'none'],
  ['a second join', [Protocol.JOIN_ROOM], 'none'],
  ['a state of its own', [Protocol.ROOM_STATE, 1, 2, 3], 'none'],
  ['an empty frame', [], 'none'],
  ['zero', [0], 'none'],
]; // prettier-ignore
