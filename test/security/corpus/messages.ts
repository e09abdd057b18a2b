/** Messages to both rooms that are not of the protocol, or not possible. Each is answered, and the connection stays. */
import { FRAMES } from './odd-frames.ts';
import { QUEUE_PAYLOADS } from './queue-payloads.ts';
import { show, type MessageRow } from './row.ts';

const WRONG: readonly unknown[] = [
  null,
  true,
  0,
  1.5,
  Number.NaN,
  [],
  {},
  ['move 1'],
  { toString: 'move 1' },
  new Date(0),
  Buffer.from('move 1'),
];

/** Choice texts that are no texts of a choice at all: wrong type, too long, control characters. */
function notTexts(attack: string): unknown[] {
  return [
    ...WRONG,
    `move 1\n>eval ${attack}`,
    `move 1\r\n>eval ${attack}`,
    `\n>eval ${attack}`,
    `>eval ${attack}\n`,
    `move 1\n>p2 move 1`,
    'move 1\n>forcewin p1',
    'move 1\n>undo p2',
    'move 1\n',
    '\nmove 1',
    'move 1\r',
    'move 1\t',
    'move\u00001',
    'move 1\u0000',
    'move 1\u001b[2J',
    'move 1\u007f',
    'move 1\u000b>eval 1',
    'm'.repeat(201),
    'm'.repeat(3900),
    'é'.repeat(1900),
  ];
}

/** Texts that are refused by the whitelist or by the sim. */
function badTexts(attack: string): string[] {
  return [
    '', ' ', `>eval ${attack}`, '>eval 1', '>p2 move 1', '>forcewin p1', '>undo', 'undo', '/forfeit', '|win|Mallory',
    `move 1|${'x'.repeat(20)}`, 'move 1; move 2', 'move 1\u2028>eval 1', 'move 1\u2029>eval 1', 'move 1\u0085>eval 1',
    'move 1 \u202e', '\ufeffmove 1', 'mové 1', 'move １', 'move 😀', 'move \ud800', 'p2 move 1', 'p1 move 1', 'MOVE 1', 'Move 1',
    'move __proto__', 'move constructor', 'move toString', 'move hasOwnProperty', 'switch __proto__', 'switch constructor',
    'switch toString', 'team __proto__', 'team constructor', 'move 0', 'move 5', 'move -1', 'move 99999999999999999999',
    'move 1.5', 'move 1e3', 'move NaN', 'move Infinity', 'move undefined', 'move null', 'switch 0', 'switch 1', 'switch 7',
    'switch -1', 'switch 25', 'switch NaN', 'team 123456', 'team 1', 'team 0', 'team 1,2,3,4,5,6', 'pass', 'skip', 'shift',
    'move 1, move 1, move 1', 'switch 2, switch 3', 'move 1 mega', 'move 1 zmove', 'move 1 ultra', 'move 1 dynamax',
    'move 1 terastallize terastallize', 'move 1 terastallize 9', 'move 1 4', 'move 1 ../../etc/passwd', "move 1' or '1'='1",
    'move 1 ${7*7}', 'move %0a', 'move 1\\n>eval 1', 'move metronome', 'move struggle', 'a'.repeat(200), 'move '.repeat(40),
    '<script>alert(1)</script>',
  ]; // prettier-ignore
}

const WRONG_PAYLOADS = [
  undefined,
  null,
  true,
  1,
  'move 1',
  [],
  ['move 1'],
  {},
  new Date(0),
  Buffer.from('{}'),
];

const WRONG_RQIDS = [
  -1,
  0,
  0.5,
  '1',
  'constructor',
  null,
  true,
  [],
  [1],
  {},
  Number.NaN,
  Infinity,
  -Infinity,
  2,
  3,
  1e6,
  1e9,
  2 ** 53,
  2n ** 63n,
];

const FOREIGN_FIELDS = [
  'side',
  'user',
  'userId',
  'auth',
  'sessionId',
  'from',
  'extra',
  'constructor',
  'toString',
];

function pair(row: Omit<MessageRow, 'via'>): MessageRow[] {
  return [
    { ...row, via: 'send' },
    { ...row, name: `${row.name}, as a request`, via: 'request' },
  ];
}

function moves(attack: string): MessageRow[] {
  const payloads: (readonly [unknown, MessageRow['expect']])[] = [
    ...notTexts(attack).map((choice) => [{ choice }, 'INVALID_MESSAGE'] as const),
    ...badTexts(attack).map((choice) => [{ choice, rqid: 1 }, 'INVALID_MOVE'] as const),
    ...WRONG_PAYLOADS.map((payload) => [payload, 'INVALID_MESSAGE'] as const),
    ...WRONG_RQIDS.map((rqid) => [{ choice: 'move 1', rqid }, 'INVALID_MESSAGE'] as const),
    ...FOREIGN_FIELDS.map((field) => [{ choice: 'move 1', [field]: 'p2' }, 'INVALID_MESSAGE'] as const),
    [JSON.parse('{"choice":"move 1","__proto__":{"side":"p2"}}'), 'INVALID_MESSAGE'],
    [{ choice: 'move 1', rqid: 1, side: 'p2' }, 'INVALID_MESSAGE'],
  ];
  return payloads.flatMap(([payload, expect]) =>
    pair({ name: `MOVE ${show(payload)}`, room: 'battle', type: 'MOVE', payload, expect }),
  );
}

const OTHER_PAYLOADS: readonly (readonly [string, unknown])[] = [
  ...[1, 'x', [], null, true, { side: 'p2' }, { why: 'timeout' }, { winner: 'p1' }].map(
    (one) => ['FORFEIT', one] as const,
  ),
  ...[-1, 1.5, '0', null, [], {}, Number.NaN, Infinity, 1e6, 1e9, 2 ** 53, true].map(
    (from) => ['REQUEST_STATE', { from }] as const,
  ),
  ...[1, 'x', [], null, { to: 1 }, { side: 'p2' }, { from: 0, side: 'p2' }].map(
    (one) => ['REQUEST_STATE', one] as const,
  ),
];

const UNKNOWN_TYPES = [
  'move', 'Move', 'MOVE ', 'CHAT', 'UNDO', 'JOIN_QUEUE', 'BATTLE_START', 'ERROR', '__proto__', 'constructor', 'prototype',
  'toString', 'valueOf', 'hasOwnProperty', '_$bMOVE', '_$b', 'eval', '>eval 1', '😀', 'x'.repeat(250), 0, 1, 13, 255, 65_536, -1, 1.5,
] as const; // prettier-ignore

function unknown(room: MessageRow['room']): MessageRow[] {
  return UNKNOWN_TYPES.filter((type) => room === 'battle' || type !== 'JOIN_QUEUE').flatMap(
    (type): MessageRow[] => [
      {
        name: `type ${show(type)}`,
        room,
        via: 'send',
        type,
        payload: { choice: 'move 1' },
        expect: 'INVALID_MESSAGE',
      },
      {
        name: `request of type ${show(type)}`,
        room,
        via: 'request',
        type,
        payload: {},
        expect: 'no_handler',
      },
      {
        name: `bytes of type ${show(type)}`,
        room,
        via: 'bytes',
        type,
        payload: Buffer.from('x'),
        expect: 'INVALID_MESSAGE',
      },
    ],
  );
}

const WILD = (['battle', 'matchmaking'] as const).flatMap((room): MessageRow[] => [
  { name: 'type *', room, via: 'send', type: '*', payload: {}, expect: 'INVALID_MESSAGE' },
  {
    name: 'bytes of type *',
    room,
    via: 'bytes',
    type: '*',
    payload: Buffer.from('x'),
    expect: 'INVALID_MESSAGE',
  },
  {
    name: 'bytes of type MOVE',
    room,
    via: 'bytes',
    type: 'MOVE',
    payload: Buffer.from('move 1'),
    expect: 'INVALID_MESSAGE',
  },
]);

/** The wildcard handler is no answer to a request either, though Colyseus finds it under this name. */
const WILD_REQUESTS = (['battle', 'matchmaking'] as const).map((room): MessageRow => ({
  name: 'request of type *', room, via: 'request', type: '*', payload: {}, expect: 'INVALID_MESSAGE',
})); // prettier-ignore

const SPECTATORS: readonly MessageRow[] = [
  ...['move 1', 'default', 'switch 2', 'undo'].flatMap((choice) =>
    pair({ name: `MOVE ${choice} of a spectator`, room: 'battle', by: 'spectator', type: 'MOVE', payload: { choice }, expect: 'NOT_A_PLAYER' }),
  ),
  ...pair({ name: 'MOVE with rqid of a spectator', room: 'battle', by: 'spectator', type: 'MOVE', payload: { choice: 'move 1', rqid: 1 }, expect: 'NOT_A_PLAYER' }),
  ...pair({ name: 'FORFEIT of a spectator', room: 'battle', by: 'spectator', type: 'FORFEIT', payload: {}, expect: 'NOT_A_PLAYER' }),
  ...pair({ name: 'MOVE for p1 of a spectator', room: 'battle', by: 'spectator', type: 'MOVE', payload: { choice: 'move 1', side: 'p1' }, expect: 'INVALID_MESSAGE' }),
  ...pair({ name: 'FORFEIT for p1 of a spectator', room: 'battle', by: 'spectator', type: 'FORFEIT', payload: { side: 'p1' }, expect: 'INVALID_MESSAGE' }),
]; // prettier-ignore

/** `attack` is code that would leave a trace if anything ran it. */
export function messageRows(attack: string): MessageRow[] {
  return [
    ...moves(attack),
    ...OTHER_PAYLOADS.flatMap(([type, payload]) =>
      pair({ name: `${type} ${show(payload)}`, room: 'battle', type, payload, expect: 'INVALID_MESSAGE' }),
    ).filter(({ payload }) => !isEmptyFrom(payload)),
    ...unknown('battle'),
    ...unknown('matchmaking'),
    ...WILD,
    ...WILD_REQUESTS,
    ...SPECTATORS,
    ...QUEUE_PAYLOADS.flatMap(([type, payload, expect]) =>
      pair({ name: `${type} ${show(payload)}`, room: 'matchmaking', type, payload, expect }),
    ),
    ...(['battle', 'matchmaking'] as const).flatMap((room) =>
      FRAMES.filter(([name]) => room === 'battle' || !name.startsWith('MOVE')).map(([name, frame, expect]): MessageRow => ({
        name: `a frame: ${name}`, room, via: 'frame', type: Uint8Array.from(frame), expect,
      })),
    ),
  ]; // prettier-ignore
}

/** A `from` that packs to nothing is none. */
function isEmptyFrom(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'from' in payload && payload.from === undefined;
}
