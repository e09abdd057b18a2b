/** A load balancer that knows nothing: round robin over TCP, and faults on the way between clients and servers. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface FrontProxy {
  readonly url: string;
  /** Destroys both ends of every connection that is drawn. */
  cut(isDrawn: () => boolean): void;
  /** For so long nothing passes on every connection that is drawn, and neither end is told. Resolves after it. */
  mute(isDrawn: () => boolean, ms: number): Promise<void>;
  /** From now on nothing that servers say passes on the connections that are open. */
  hush(): void;
  close(): void;
}

/** To these ports, also to those that come later; a process that refuses is passed over. */
export async function startFrontProxy(ports: readonly number[]): Promise<FrontProxy> {
  const waiting = new Set<Socket>();
  /** Clients, and the processes that they reached. */
  const open = new Map<Socket, Socket>();
  let turn = 0;
  const server = createServer((client) => {
    waiting.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => {
      waiting.delete(client);
      open.delete(client);
    });
    dial(client, ports.length);
  });
  const dial = (client: Socket, tries: number): void => {
    if (tries === 0 || client.destroyed) {
      client.destroy();
      return;
    }
    const upstream = connect({ host: '127.0.0.1', port: ports[turn++ % ports.length]! });
    let isOpen = false;
    upstream.on('connect', () => {
      isOpen = true;
      waiting.delete(client);
      open.set(client, upstream);
      join(client, upstream);
    });
    upstream.on('error', () => {
      if (isOpen) client.destroy();
      else dial(client, tries - 1);
    });
    upstream.on('close', () => isOpen && client.destroy());
    client.on('close', () => upstream.destroy());
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: (isDrawn) => {
      for (const client of open.keys()) if (isDrawn()) client.destroy();
    },
    mute: async (isDrawn, ms) => {
      const drawn = [...open].filter(isDrawn);
      for (const [client, upstream] of drawn) {
        client.unpipe(upstream).pause();
        upstream.unpipe(client).pause();
      }
      await new Promise((resolve) => setTimeout(resolve, ms));
      for (const [client, upstream] of drawn) join(client, upstream);
    },
    hush: () => {
      for (const [client, upstream] of open) upstream.unpipe(client).pause();
    },
    close: () => {
      server.close();
      for (const socket of [...waiting, ...open.keys()]) socket.destroy();
    },
  };
}

function join(client: Socket, upstream: Socket): void {
  client.pipe(upstream);
  upstream.pipe(client);
}
