/** A loopback port that stays ours while the server on it is down. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the range that systems take outgoing ports from: in there a client could sit down on the dead server's port. */
const FIRST = 20_000;
const COUNT = 10_000;

export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (await isFree(port)) return port;
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
