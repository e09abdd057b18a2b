/** A way to Redis that breaks again and again, in the middle of a command or of a reply, where nobody can know how far it got. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Random } from '../../src/battle/random.ts';

export interface CuttingProxy {
  readonly address: string;
  readonly cuts: { inCommands: number; inReplies: number };
  /** From here on nothing is cut. */
  heal(): void;
  close(): Promise<void>;
}

/** Bytes that a connection takes after its greeting, at most: some commands of the input log, or many of their replies. */
const BYTES_MAX = { inCommands: 4_000, inReplies: 250 };

/** Of the connections: after a cut and a refusal a caller is told that the store is away. */
const REFUSED_SHARE = 0.2;

/** `socketPath` is where Redis listens. */
export async function startCuttingProxy(socketPath: string, random: Random): Promise<CuttingProxy> {
  const cuts = { inCommands: 0, inReplies: 0 };
  const sockets = new Set<Socket>();
  let isHealed = false;
  const server = createServer((client) => {
    if (!isHealed && random() < REFUSED_SHARE) {
      client.destroy();
      return;
    }
    const store = connect(socketPath);
    const where = random() < 0.5 ? 'inCommands' : 'inReplies';
    let left = Math.ceil(random() * BYTES_MAX[where]);
    let isGreeted = false;
    let isCut = false;
    const pass = (to: Socket, direction: keyof typeof cuts) => (part: Buffer) => {
      if (isCut) return;
      // A connection that never comes to the first script would prove nothing.
      isGreeted ||= direction === 'inCommands' && part.includes('evalsha');
      const isCounted = isGreeted && !isHealed && direction === where;
      to.write(isCounted ? part.subarray(0, left) : part);
      if (isCounted) left -= part.length;
      if (left >= 0) return;
      isCut = true;
      cuts[where]++;
      // What was let through arrives; nothing else does.
      to.destroySoon();
      client.destroySoon();
    };
    client.on('data', pass(store, 'inCommands'));
    store.on('data', pass(client, 'inReplies'));
    for (const [socket, other] of [
      [client, store],
      [store, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroySoon();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts,
    heal: () => {
      isHealed = true;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
