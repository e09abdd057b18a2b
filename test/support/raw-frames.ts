/** A WebSocket without a library: any frame, whole or not, and a reader that may stop reading. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';
export const OPCODE = { CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 } as const;

/** One masked frame; the mask is zero, so that the payload stands in it as it is. */
export function frame(opcode: number, payload: Uint8Array = Buffer.alloc(0), isLast = true): Buffer {
  const { length } = payload;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([(isLast ? 0x80 : 0) | opcode, ...size, 0, 0, 0, 0]), payload]);
}

export interface FrameOptions {
  readonly localAddress?: string;
  readonly headers?: readonly string[];
}

export class RawFrames {
  readonly socket: Socket;
  /** Head of the answer to the upgrade. */
  readonly answered: Promise<string>;
  /** How it ended: the code of the closing frame, or `cut`. */
  readonly ended: Promise<number | 'cut'>;
  #received = Buffer.alloc(0);
  #bytes = 0;

  constructor(url: string, path: string, { localAddress, headers = [] }: FrameOptions = {}) {
    const { hostname, port } = new URL(url);
    this.socket = connect({ port: Number(port), host: hostname, ...(localAddress && { localAddress }) });
    const head = [
      `GET ${path} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      ...headers,
    ];
    this.socket.write(head.join('\r\n') + HEAD_END);
    const answered = Promise.withResolvers<string>();
    const ended = Promise.withResolvers<number | 'cut'>();
    this.answered = answered.promise;
    this.ended = ended.promise;
    this.socket.on('error', () => {});
    this.socket.once('close', () => {
      answered.resolve('');
      ended.resolve('cut');
    });
    this.socket.on('data', (part: Buffer) => {
      this.#bytes += part.length;
      this.#received = Buffer.concat([this.#received, part]);
      const end = this.#received.indexOf(HEAD_END);
      if (end >= 0 && this.#received.subarray(0, 4).toString() === 'HTTP') {
        answered.resolve(this.#received.subarray(0, end).toString('latin1'));
        this.#received = this.#received.subarray(end + HEAD_END.length);
      }
      this.#read(ended.resolve);
    });
  }

  /** Bytes that came. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves when the system has taken it, or the connection is gone. */
  send(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.destroyed) return resolve();
      this.socket.once('close', resolve);
      this.socket.write(bytes, () => {
        this.socket.off('close', resolve);
        resolve();
      });
    });
  }

  destroy(): void {
    this.socket.destroy();
  }

  #read(closed: (code: number) => void): void {
    for (;;) {
      const [first = 0, size = 0] = this.#received;
      const wide = size === 126 ? 2 : size === 127 ? 8 : 0;
      if (this.#received.length < 2 + wide || first < 0x80) return;
      const length =
        wide === 2
          ? this.#received.readUInt16BE(2)
          : wide === 8
            ? Number(this.#received.readBigUInt64BE(2))
            : size;
      if (this.#received.length < 2 + wide + length) return;
      const payload = this.#received.subarray(2 + wide, 2 + wide + length);
      if ((first & 0xf) === OPCODE.CLOSE) closed(payload.length >= 2 ? payload.readUInt16BE(0) : 1005);
      this.#received = this.#received.subarray(2 + wide + length);
    }
  }
}
