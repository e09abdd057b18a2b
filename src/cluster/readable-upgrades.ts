/**
 * Tells WebSocket upgrades that admission and transport would not read in the same way, or not at all. Node takes `*`,
 * `*:99999` and whole addresses for targets: the transport makes a URL of them before anybody can object, and what that
 * throws ends the process. And a `Host` with a path in it moves the path that admission sees.
 */
import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const HOST = /^[\w.:[\]-]*$/;

export function isReadableUpgrade({ url, headers }: IncomingMessage): boolean {
  return url?.startsWith('/') === true && HOST.test(headers.host ?? '');
}

/** `transport` gets it as an event of a server that never listens; it listens no more when the server goes away. */
export function handUpgrade(
  transport: EventEmitter,
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  if (!transport.emit('upgrade', req, socket, head)) refuseUpgrade(socket, '503 Service Unavailable');
}

export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
