/**
 * Answers WebSocket upgrades that admission and transport would not read in the same way, or not at all. Node takes `*`,
 * `*:99999` and whole addresses for targets: the transport makes a URL of them before anybody can object, and what that
 * throws ends the process. And a `Host` with a path in it moves the path that admission sees.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

const HOST = /^[\w.:[\]-]*$/;

/** For the transport, which leaves the others alone. */
export function isReadableUpgrade({ url, headers }: IncomingMessage): boolean {
  return url?.startsWith('/') === true && HOST.test(headers.host ?? '');
}

export function refuseUnreadableUpgrades(http: Server): void {
  http.on('upgrade', (req: IncomingMessage, socket: Duplex) => {
    if (isReadableUpgrade(req)) return;
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
}
