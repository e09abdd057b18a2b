/** Sends the rows of messages, some on each connection, and looks at what comes back and at what must not happen. */
import assert from 'node:assert/strict';
import { REPLY, type RawSocket, type Received } from '../support/raw-socket.ts';
import type { ClosingRow, MessageRow } from './corpus/row.ts';
import type { Arena, Target } from './target.ts';

/** So many that the soft limit, which is another row's business, is not reached: each row is sent with a ping. */
const ROWS_PER_CONNECTION = 30;

export async function sendMessages(target: Target, rows: readonly MessageRow[]): Promise<void> {
  for (const room of ['battle', 'matchmaking'] as const) {
    const of = rows.filter((row) => row.room === room);
    for (let at = 0; at < of.length; at += ROWS_PER_CONNECTION) {
      const some = of.slice(at, at + ROWS_PER_CONNECTION);
      await (room === 'battle' ? toBattle(target, some) : toQueue(target, some));
    }
  }
}

async function toBattle(target: Target, rows: readonly MessageRow[]): Promise<void> {
  const arena = await target.arena();
  const before = await standing(arena);
  const heard = [arena.p2, arena.spectator].map((socket) => messages(socket).length);
  for (const row of rows) await sendRow(arena[row.by ?? 'p1'], row);
  assert.deepEqual(
    await standing(arena),
    before,
    `the battle has moved: ${rows.map(({ name }) => name).join(' · ')}`,
  );
  await arena.p2.ping();
  assert.equal(messages(arena.p2).length, heard[0], 'the opponent has noticed something');
  target.leave(arena);
}

async function toQueue(target: Target, rows: readonly MessageRow[]): Promise<void> {
  const queue = await target.queue(target.user());
  for (const row of rows) await sendRow(queue, row);
  queue.close();
}

/** Exactly the answer of the row, and nothing besides; then the connection still answers. */
async function sendRow(socket: RawSocket, row: MessageRow): Promise<void> {
  const from = socket.received.length;
  try {
    if (row.via === 'request') checkReply(await socket.request(row.type as string, row.payload), row.expect);
    else if (row.via === 'send') socket.send(row.type as string, row.payload);
    else if (row.via === 'bytes') socket.sendBytes(row.type as string, row.payload as Uint8Array);
    else socket.sendFrame(row.type as Uint8Array);
    if (row.via !== 'request' && row.expect !== 'none') {
      const error = await socket.message('ERROR', from);
      checkError(error, row.expect);
    }
    await socket.ping();
    const expected = row.via === 'request' || row.expect === 'none' ? 0 : 1;
    const surplus = messages(socket, from);
    assert.equal(surplus.length, expected, `other messages came: ${JSON.stringify(surplus)}`);
  } catch (error) {
    throw new Error(`${row.room}, ${row.via}, ${row.name}: ${(error as Error).message}`, { cause: error });
  }
}

function checkReply(
  { status, payload }: Extract<Received, { kind: 'reply' }>,
  expect: MessageRow['expect'],
): void {
  if (expect === 'no_handler') {
    assert.equal(status, REPLY.ERROR);
    assert.equal((payload as { name: string }).name, 'no_handler');
  } else {
    assert.equal(status, REPLY.REJECTED, JSON.stringify(payload));
    checkError(payload as Record<string, unknown>, expect);
  }
}

function checkError(error: Readonly<Record<string, unknown>>, expect: MessageRow['expect']): void {
  assert.equal(error['code'], expect, JSON.stringify(error));
  assert.equal(typeof error['message'], 'string');
  assert.equal(typeof error['recoverable'], 'boolean');
  if (expect === 'INVALID_MOVE') assert.equal((error['request'] as { rqid: number }).rqid, error['rqid']);
}

export function messages(socket: RawSocket, from = 0): Received[] {
  return socket.received.slice(from).filter(({ kind }) => kind === 'message');
}

/** The open request and the lines of p1: what would differ if any input had been taken. */
async function standing({ p1 }: Arena): Promise<unknown> {
  const from = p1.received.length;
  p1.send('REQUEST_STATE', {});
  const { lines, request } = await p1.message('BATTLE_UPDATE', from);
  return { lines, request };
}

/** Each on a connection of its own, of a spectator or in the queue. */
export async function sendClosing(target: Target, rows: readonly ClosingRow[]): Promise<void> {
  const arena = await target.arena();
  for (const row of rows) {
    const user = target.user();
    const socket = await (row.room === 'battle' ? target.watch(user, arena.battleId) : target.queue(user));
    for (const frame of row.frames) if (socket.isOpen) socket.sendFrame(frame);
    assert.equal(await socket.closed, row.closes, `${row.room}, ${row.name}`);
  }
  await Promise.all([arena.p1.ping(), arena.p2.ping()]);
  target.leave(arena);
}
