/** An owner of rooms and a process that is asked for them, each a real HTTP server, and clients of theirs. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { createRelay, type Relay, type RelayLimits, type RelayPorts } from '../../src/cluster/relay.ts';
import type { Address } from '../../src/cluster/relay/tunnel.ts';
import { LIMITS } from '../../src/config/limits.ts';
import type { Scheduler } from '../../src/rooms/scheduler.ts';
import { createLogger } from '../../src/telemetry/logger.ts';

export const SECRET = 'a secret of the whole cluster';
export const NOW = 1_700_000_000_000;
export const RELAY_LIMITS: RelayLimits = {
  relays: 3,
  connectMs: LIMITS.relayConnectMs,
  answerMs: LIMITS.relayAnswerMs,
  silenceMs: LIMITS.relaySilenceMs,
  lingerMs: LIMITS.relayLingerMs,
};

export function relayWith(
  scheduler: Scheduler,
  { clusterSecret = SECRET, now = () => NOW, ownerEnded = () => {} }: Partial<RelayPorts> = {},
): Relay {
  const logger = createLogger('silent');
  return createRelay({ clusterSecret, now, scheduler, logger, ownerEnded, limits: RELAY_LIMITS });
}

/** Something that listens; closed by `closeAll`. */
export class Listener {
  readonly sockets = new Set<Socket>();
  readonly server: NetServer | Server;

  constructor(server: NetServer | Server) {
    this.server = server;
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  async listen(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get address(): Address {
    return { host: '127.0.0.1', port: (this.server.address() as AddressInfo).port };
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }
}

export interface Owner extends Listener {
  readonly wss: WebSocketServer;
  readonly requests: IncomingMessage[];
  /** The next client's socket, as the owner has it. */
  next(): Promise<WebSocket>;
}

/** Takes every upgrade, as Colyseus's transport does. */
export async function startOwner(): Promise<Owner> {
  const http = createServer();
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const requests: IncomingMessage[] = [];
  http.on('upgrade', (request, socket, head) => {
    requests.push(request);
    wss.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => {});
      wss.emit('connection', client);
    });
  });
  const next = async (): Promise<WebSocket> => ((await once(wss, 'connection')) as [WebSocket])[0];
  return Object.assign(await new Listener(http).listen(), { wss, requests, next });
}

/** Asks the relay for every upgrade. `seen` gets what the request was before. */
export async function startFront(
  relay: Relay,
  owner: () => Address,
  seen: (request: IncomingMessage, socket: Duplex) => void = () => {},
): Promise<Listener> {
  const http = createServer();
  http.on('upgrade', (request, socket, head) => {
    seen(request, socket);
    relay.relayUpgrade(request, socket, head, owner(), '203.0.113.7');
  });
  return new Listener(http).listen();
}

export function urlOf({ host, port }: Address, path = '/process/room?sessionId=s1'): string {
  return `ws://${host}:${port}${path}`;
}

/** Resolves when the socket is open. */
export async function openClient(url: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  const client = new WebSocket(url, { headers, perMessageDeflate: false });
  await once(client, 'open');
  client.on('error', () => {});
  return client;
}

/** The status of the answer to an upgrade that is refused. */
export function refusedWith(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const client = new WebSocket(url);
    client.once('open', () => reject(new Error('It was taken.')));
    client.once('error', reject);
    client.once('unexpected-response', (request, response) => {
      response.resume();
      request.destroy();
      resolve(response.statusCode);
    });
  });
}

export function closeCode(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    socket.once('close', resolve);
  });
}

/** A connection without WebSocket manners, which has asked for an upgrade and sent `more` with it. */
export async function rawUpgrade(
  address: Address,
  more = Buffer.alloc(0),
  upgrade = 'websocket',
): Promise<Socket> {
  const socket = connect({ ...address, allowHalfOpen: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  const lines = [
    'GET /process/room HTTP/1.1',
    'Host: x',
    `Upgrade: ${upgrade}`,
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    'X-Odd:   b\xe9 ,  c ',
    '',
    '',
  ];
  socket.write(Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), more]));
  return socket;
}
