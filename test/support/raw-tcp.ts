/** Bytes on a TCP connection, for what no HTTP client would send. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Everything that came back until the server closed the connection, or until `ms` have passed; then it is closed here. */
export async function rawTcp(base: string, sent: string | Buffer, ms: number): Promise<string> {
  const { hostname, port } = new URL(base);
  const socket = connect(Number(port), hostname);
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  socket.on('error', () => {});
  socket.write(sent);
  const timer = new AbortController();
  await Promise.race([closed, sleep(ms, undefined, { signal: timer.signal }).catch(() => {})]);
  timer.abort();
  socket.destroy();
  return Buffer.concat(parts).toString('latin1');
}
