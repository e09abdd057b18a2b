/**
 * What permessage-deflate would save and cost: the updates of whole battles to both players, over sockets with and
 * without it. The clients ask for it and do not unpack, so that the processor time is the server's.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { SIDE_IDS, type SideId } from '../../src/battle/ids.ts';
import { encodeMessage } from '../../src/rooms/wire.ts';
import { cpuOf, median, round } from './cpu.ts';
import { playCore, scripts, turnsOf } from './script.ts';

export interface CompressionCost {
  /** Frames of so many bytes and more are compressed; null: none. */
  readonly threshold: number | null;
  /** To both players, for a turn. */
  readonly bytes: number;
  /** Microseconds of processor time for sending them. */
  readonly us: number;
  /** KiB of this process for a connection that has had a compressed frame. */
  readonly connectionKiB: number;
}

const BATTLES = 20;
const ROUNDS = 5;
const CONNECTIONS = 100;
const THRESHOLDS = [null, 1_024];

type Frames = Readonly<Record<SideId, readonly Buffer[]>>;

export async function compressionCosts(format: string, seed: string): Promise<CompressionCost[]> {
  const played = scripts(format, BATTLES, seed);
  const battles = played.map(framesOf);
  const turns = turnsOf(played);
  const lines = await Promise.all(THRESHOLDS.map((threshold) => Line.open(threshold)));
  const costs = lines.map(() => ({ us: [] as number[], bytes: 0, connectionKiB: 0 }));
  // First: what the rounds leave to the allocator would be taken again unseen.
  for (const [index, line] of lines.entries())
    costs[index]!.connectionKiB = await line.memoryOf(CONNECTIONS, battles[0]!.p1);
  for (let count = 0; count < ROUNDS; count++)
    for (const [index, line] of lines.entries()) {
      let bytes = 0;
      const us = await cpuOf(async () => {
        for (const frames of battles) for (const side of SIDE_IDS) bytes += await line.send(frames[side]);
      });
      costs[index]!.us.push(us / turns);
      costs[index]!.bytes = bytes / turns;
    }
  return lines.map((line, index) => {
    line.close();
    const { us, bytes, connectionKiB } = costs[index]!;
    return {
      threshold: line.threshold,
      bytes: Math.round(bytes),
      us: round(median(us)),
      connectionKiB: Math.round(connectionKiB),
    };
  });
}

function framesOf(script: Parameters<typeof playCore>[0]): Frames {
  const frames: Record<SideId, Buffer[]> = { p1: [], p2: [] };
  const told = { p1: 0, p2: 0 };
  playCore(script, (battle) => {
    for (const side of SIDE_IDS) {
      const from = told[side];
      const lines = battle.channels[side].slice(from);
      if (lines.length === 0) continue;
      told[side] += lines.length;
      const update = { from, lines, request: battle.request(side), now: Date.now() };
      frames[side].push(encodeMessage('BATTLE_UPDATE', update));
    }
  });
  return frames;
}

/** A server with or without compression, and clients that swallow what it sends. */
class Line {
  readonly threshold: number | null;
  readonly #server: WebSocketServer;

  private constructor(threshold: number | null, server: WebSocketServer) {
    this.threshold = threshold;
    this.#server = server;
  }

  static async open(threshold: number | null): Promise<Line> {
    const perMessageDeflate = threshold === null ? false : { threshold };
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate });
    await once(server, 'listening');
    return new Line(threshold, server);
  }

  /** Over a new connection, one after the other. Bytes on the wire. */
  async send(frames: readonly Buffer[]): Promise<number> {
    const { server, client } = await this.#connect();
    const socket = (server as unknown as { readonly _socket: Socket })._socket;
    const before = socket.bytesWritten;
    for (const frame of frames) await sent(server, frame);
    const bytes = socket.bytesWritten - before;
    client.destroy();
    server.terminate();
    return bytes;
  }

  /** KiB for each of `count` connections that have had all `frames`. */
  async memoryOf(count: number, frames: readonly Buffer[]): Promise<number> {
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const open = [];
    // Not at once: whoever connects first would be taken for all.
    for (let made = 0; made < count; made++) open.push(await this.#connect());
    for (const { server } of open) for (const frame of frames) await sent(server, frame);
    const grown = process.memoryUsage().rss - before;
    for (const { client, server } of open) {
      client.destroy();
      server.terminate();
    }
    return grown / count / 1024;
  }

  close(): void {
    this.#server.close();
  }

  async #connect(): Promise<{ readonly server: WebSocket; readonly client: Socket }> {
    const client = connect((this.#server.address() as AddressInfo).port, '127.0.0.1');
    const accepted = once(this.#server, 'connection') as Promise<[WebSocket]>;
    client.write(
      [
        'GET / HTTP/1.1',
        'Host: here',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
        'Sec-WebSocket-Extensions: permessage-deflate',
        '\r\n',
      ].join('\r\n'),
    );
    client.resume();
    const [server] = await accepted;
    return { server, client };
  }
}

function sent(server: WebSocket, frame: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    server.send(frame, (error) => (error ? reject(error) : resolve()));
  });
}
