/**
 * How many frames one WebSocket may send, whatever they are: Colyseus counts the messages of who has joined, and nobody
 * pings, pongs and the messages of a connection without a seat. Each costs time, and most of them an answer.
 */
import type { Socket } from 'node:net';
import { LIMITS } from '../config/limits.ts';

/** As Colyseus closes who sends too many messages. */
const TOO_MANY = 4002;
const SECOND_MS = 1_000;
/** How long the other side has to read why. */
const FAREWELL_MS = 1_000;

/** What of a `ws` socket is used here. */
export interface MeteredSocket {
  on(event: 'message' | 'ping' | 'pong', listener: () => void): unknown;
  close(code: number): void;
  terminate(): void;
}

/** `socket` is what carries it; `now` in milliseconds, monotonic. */
export function meterSocket(ws: MeteredSocket, socket: Socket, now: () => number): void {
  let count = 0;
  let until = 0;
  let hasEnded = false;
  const meter = (): void => {
    if (hasEnded) return;
    const at = now();
    if (at >= until) {
      until = at + SECOND_MS;
      count = 0;
    }
    if (++count > LIMITS.messagesPerSecondHard) end();
  };
  const end = (): void => {
    hasEnded = true;
    ws.close(TOO_MANY);
    // Who floods goes on while the connection closes: what comes is thrown away unread, the answer to the closing too.
    socket.removeAllListeners('data').resume();
    const timer = setTimeout(() => ws.terminate(), FAREWELL_MS);
    socket.once('close', () => clearTimeout(timer));
  };
  for (const event of ['message', 'ping', 'pong'] as const) ws.on(event, meter);
}
