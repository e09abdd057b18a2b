/** A TCP connection's way to a server, which can be made slow. What the server refuses or ends is ended here. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SlowLink {
  readonly port: number;
  /** What is sent from here on arrives so much later, in either direction; never before what was sent earlier. */
  delay(ms: number): void;
  close(): void;
}

export async function startSlowLink(port: number): Promise<SlowLink> {
  const open = new Set<Socket>();
  let delayMs = 0;
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port, noDelay: true });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.on('error', () => from.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      carry(from, to, () => delayMs);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    delay: (ms) => {
      delayMs = ms;
    },
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** In order: two timers that are due together may fire in any. */
function carry(from: Socket, to: Socket, delayMs: () => number): void {
  const underWay: { readonly chunk: Buffer; readonly dueAt: number }[] = [];
  const deliver = (): void => {
    const now = performance.now();
    while (underWay[0] && underWay[0].dueAt <= now) {
      const { chunk } = underWay.shift()!;
      if (!to.destroyed) to.write(chunk);
    }
    if (underWay[0]) setTimeout(deliver, underWay[0].dueAt - now);
  };
  from.on('data', (chunk: Buffer) => {
    const isIdle = underWay.length === 0;
    underWay.push({ chunk, dueAt: performance.now() + delayMs() });
    if (isIdle) deliver();
  });
}
