/** HTTP and WebSocket without the SDK's manners: any header, any frame, any source address of loopback. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode, encode } from '@colyseus/schema';
import { getMessageBytes, matchMaker, Protocol } from '@colyseus/core';
import { pack, unpack } from 'msgpackr';
import { WebSocket } from 'ws';

const PATIENCE_MS = 8_000;

export interface RawRequest {
  readonly method: string;
  /** As it goes over the wire: nothing is normalised. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
  /** Sends the body in chunks, without saying how long it is. */
  readonly isChunked?: boolean;
  readonly localAddress?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** undefined where the answer is no JSON. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

/** `cut` when the server closed the connection without an answer. */
export function rawHttp(base: string, options: RawRequest): Promise<RawAnswer | 'cut'> {
  const { hostname, port } = new URL(base);
  const { method, path, localAddress, body, isChunked = false } = options;
  return new Promise((resolve) => {
    const headers: Record<string, string | string[]> = { ...options.headers };
    if (body !== undefined && !isChunked && headers['content-length'] === undefined)
      headers['content-length'] = String(Buffer.byteLength(body));
    const req = httpRequest(
      { hostname, port, method, path, headers, agent: false, ...(localAddress && { localAddress }) },
      (res) => {
        const parts: Buffer[] = [];
        const finish = (): void => {
          const text = Buffer.concat(parts).toString();
          resolve({ status: res.statusCode ?? 0, headers: res.headers, text, json: asJson(text) });
          req.destroy();
        };
        res.on('data', (part: Buffer) => parts.push(part));
        res.once('end', finish);
        res.once('error', finish);
      },
    );
    req.on('error', () => {
      // An answer may stand in the buffer of a connection that was reset while the body went out.
      setTimeout(resolve, 20, 'cut');
    });
    req.setTimeout(PATIENCE_MS, () => req.destroy(new Error('no answer')));
    req.end(body);
  });
}

function asJson(text: string): RawAnswer['json'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as RawAnswer['json']) : undefined;
  } catch {
    return undefined;
  }
}

export type Received =
  | { readonly kind: 'message'; readonly type: string; readonly payload: Readonly<Record<string, unknown>> }
  | { readonly kind: 'reply'; readonly id: number; readonly status: number; readonly payload: unknown }
  | { readonly kind: 'joined'; readonly reconnectionToken: string }
  | { readonly kind: 'error'; readonly code: number; readonly text: string }
  | { readonly kind: 'ping' | 'state' | 'patch' };

/** How a reply to a request says what became of it. */
export const REPLY = { OK: 0, REJECTED: 1, ERROR: 2 } as const;

export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused';
  readonly status: number;

  constructor(status: number) {
    super(`upgrade refused with ${status}`);
    this.status = status;
  }
}

export interface SocketOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly localAddress?: string;
  /** Leaves the join unconfirmed. */
  readonly isSilent?: boolean;
}

export class RawSocket {
  readonly received: Received[] = [];
  /** The close code. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  #requests = 0;

  private constructor(socket: WebSocket, isSilent: boolean) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    void this.closed.then(() => this.#wake());
    // A reset is a close, too.
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => {
      const received = read(data);
      this.received.push(received);
      if (received.kind === 'joined' && !isSilent) this.sendFrame(Buffer.from([Protocol.JOIN_ROOM]));
      this.#wake();
    });
  }

  /** Rejects with `UpgradeRefused`. */
  static open(url: string, { headers, localAddress, isSilent }: SocketOptions = {}): Promise<RawSocket> {
    const socket = new WebSocket(url, {
      ...(headers && { headers: { ...headers } }),
      ...(localAddress && { localAddress }),
      handshakeTimeout: PATIENCE_MS,
    });
    const raw = new RawSocket(socket, isSilent ?? false);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(raw));
      socket.once('error', reject);
      socket.once('unexpected-response', (req, res) => {
        reject(new UpgradeRefused(res.statusCode ?? 0));
        req.destroy();
      });
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  sendFrame(frame: Uint8Array | string): void {
    this.#socket.send(frame);
  }

  send(type: string | number, payload?: unknown): void {
    this.sendFrame(getMessageBytes.raw(Protocol.ROOM_DATA, type, payload));
  }

  sendBytes(type: string | number, bytes: Uint8Array): void {
    this.sendFrame(getMessageBytes.raw(Protocol.ROOM_DATA_BYTES, type, undefined, bytes));
  }

  /** Resolves with the reply. */
  async request(type: string | number, payload?: unknown): Promise<Extract<Received, { kind: 'reply' }>> {
    const id = ++this.#requests;
    const head = Buffer.alloc(512);
    const place = { offset: 1 };
    head[0] = Protocol.ROOM_REQUEST;
    encode.number(head, id, place);
    if (typeof type === 'string') encode.string(head, type, place);
    else encode.number(head, type, place);
    const packed = payload === undefined ? Buffer.alloc(0) : pack(payload);
    this.sendFrame(Buffer.concat([head.subarray(0, place.offset), packed]));
    return this.next((one) => (one.kind === 'reply' && one.id === id ? one : undefined));
  }

  /** The first one since `from` that `pick` answers for. Rejects when the connection closes or nothing comes. */
  async next<T>(pick: (received: Received) => T | undefined, from = 0): Promise<T> {
    const until = performance.now() + PATIENCE_MS;
    for (let index = from; ; index++) {
      while (index >= this.received.length) {
        if (!this.isOpen) throw new Error(`closed with ${await this.closed} while waiting`);
        if (performance.now() > until)
          throw new Error(`nothing came: ${JSON.stringify(this.received.slice(-3))}`);
        await Promise.race([new Promise<void>((resolve) => this.#waiting.add(resolve)), sleep(PATIENCE_MS)]);
      }
      const picked = pick(this.received[index]!);
      if (picked !== undefined) return picked;
    }
  }

  /** The payload of the first message of a type since `from`. */
  message(type: string, from = 0): Promise<Readonly<Record<string, unknown>>> {
    return this.next((one) => (one.kind === 'message' && one.type === type ? one.payload : undefined), from);
  }

  /** Whether the server still answers on this connection; everything sent before has been looked at then. */
  async ping(): Promise<void> {
    const from = this.received.length;
    this.sendFrame(Buffer.from([Protocol.PING]));
    await this.next((one) => one.kind === 'ping' || undefined, from);
  }

  /** Reads nothing more, so not even a ping is answered: as when the network in between has gone. */
  fallSilent(): void {
    this.#socket.pause();
  }

  /** Nothing is taken from the network any more, pings neither: as of a client that hangs. */
  stopReading(): void {
    this.#socket.pause();
  }

  readOn(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.terminate();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

function read(data: Buffer): Received {
  const place = { offset: 1 };
  switch (data[0]) {
    case Protocol.ROOM_DATA: {
      const type = decode.string(data, place);
      const payload: unknown = place.offset < data.length ? unpack(data.subarray(place.offset)) : {};
      return { kind: 'message', type, payload: payload as Record<string, unknown> };
    }
    case Protocol.ROOM_RESPONSE: {
      const id = decode.number(data, place);
      const status = data[place.offset++]!;
      const payload: unknown = place.offset < data.length ? unpack(data.subarray(place.offset)) : undefined;
      return { kind: 'reply', id, status, payload };
    }
    case Protocol.JOIN_ROOM:
      return { kind: 'joined', reconnectionToken: data.subarray(2, 2 + data[1]!).toString() };
    case Protocol.ERROR:
      return { kind: 'error', code: decode.number(data, place), text: decode.string(data, place) };
    case Protocol.PING:
      return { kind: 'ping' };
    case Protocol.ROOM_STATE:
      return { kind: 'state' };
    default:
      return { kind: 'patch' };
  }
}

/** How a WebSocket ends that asks for a battle on its own terms. */
export function closeCodeOf(url: string, battleId: string, query: Record<string, string>): Promise<number> {
  const { processId } = matchMaker;
  const address = `${url.replace('http', 'ws')}/${processId}/${battleId}?${new URLSearchParams(query).toString()}`;
  const socket = new WebSocket(address);
  return new Promise((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code));
  });
}
