/** Attackers who take their time: connections that say nothing, and requests that never end. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { LIMITS } from '../../src/config/limits.ts';
import type { Target } from './target.ts';

/** How much later than due a connection may be closed: Node looks once a second, and the machine is busy. */
const GRACE_MS = 5_000;
const DRIP_MS = 500;
const AT_ONCE = 100;

/** Begins requests and drips their headers. Resolves when the server has closed all of them, and rejects when it has not. */
export async function dripHeaders(target: Target, count: number): Promise<number> {
  const begunAt = performance.now();
  const ends = await openMany(target, count, '127.0.0.210', (socket) => {
    socket.write('GET /formats HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const timer = setInterval(() => socket.write('x'), DRIP_MS);
    socket.once('close', () => clearInterval(timer));
  });
  await within(Promise.all(ends), begunAt, 'dripped');
  return ends.length;
}

export interface Hoard {
  readonly opened: number;
  /** Beyond what an address may have: closed at once, with 429. */
  readonly refused: number;
}

/** Opens connections from one address and says nothing. Those beyond the bound are refused, the others closed in time. */
export async function hoard(target: Target, count: number): Promise<Hoard> {
  const begunAt = performance.now();
  const ends = await openMany(target, count, '127.0.0.211', () => {});
  const answers = await within(Promise.all(ends), begunAt, 'hoarded');
  const refused = answers.filter((answer) => answer.startsWith('HTTP/1.1 429')).length;
  const late = answers.filter((answer) => answer.startsWith('HTTP/1.1 408')).length;
  assert.equal(refused + late, count);
  assert.ok(refused >= count - LIMITS.httpConnectionsPerAddress, `${refused} of ${count} were refused`);
  return { opened: count, refused };
}

/** What came on each until its end. */
async function openMany(
  { url }: Target,
  count: number,
  localAddress: string,
  begin: (socket: Socket) => void,
): Promise<Promise<string>[]> {
  const { hostname, port } = new URL(url);
  const ends: Promise<string>[] = [];
  while (ends.length < count) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - ends.length) }, () => {
      const socket = connect({ host: hostname, port: Number(port), localAddress });
      ends.push(textOf(socket));
      const isOpen = Promise.withResolvers<void>();
      for (const event of ['connect', 'close']) socket.once(event, () => isOpen.resolve());
      begin(socket);
      return isOpen.promise;
    });
    await Promise.all(some);
  }
  return ends;
}

function textOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (part: Buffer) => (text += part.toString('latin1')));
  socket.on('error', () => {});
  return new Promise((resolve) => {
    socket.once('close', () => resolve(text));
  });
}

async function within<T>(work: Promise<T>, begunAt: number, name: string): Promise<T> {
  const result = await work;
  const tookMs = performance.now() - begunAt;
  assert.ok(
    tookMs < LIMITS.headersMs + GRACE_MS,
    `${name} connections were held for ${Math.round(tookMs)} ms`,
  );
  return result;
}
