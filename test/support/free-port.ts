/** A loopback port that stays ours while the server on it is down. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the range that systems take outgoing ports from: in there a client could sit down on the dead server's port. */
const FIRST = 20_000;
const COUNT = 10_000;

/** The first of `count` ports in a row. */
export async function freePort(count = 1): Promise<number> {
  for (;;) {
    const first = FIRST + Math.floor(Math.random() * COUNT);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
