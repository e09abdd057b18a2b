/** A connection to the room `matchmaking` over a WebSocket. */
import type { Client } from '@colyseus/core';
import type { Scheduler } from '../rooms/scheduler.ts';
import type { Connection } from './attendance.ts';

/** What a living client needs to answer a ping, however bad its network is. Milliseconds. */
const ANSWER_MS = 1_000;

/** As much of a `ws` socket as is needed here; it answers a ping with a pong of itself. */
interface Socket {
  readonly readyState: number;
  readonly OPEN: number;
  ping(): void;
  on(event: 'pong' | 'close', listener: () => void): Socket;
  off(event: 'pong' | 'close', listener: () => void): Socket;
}

export class SocketConnection implements Connection {
  readonly #socket: Socket;
  readonly #scheduler: Scheduler;

  constructor(client: Client, scheduler: Scheduler) {
    this.#socket = client.ref as unknown as Socket;
    this.#scheduler = scheduler;
  }

  /** A socket whose other end vanished without a word stays open for a while: only a pong tells. */
  answers(): Promise<boolean> {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (isThere: boolean): void => {
        cancel();
        socket.off('pong', onPong).off('close', onClose);
        resolve(isThere);
      };
      const onPong = (): void => settle(true);
      const onClose = (): void => settle(false);
      const cancel = this.#scheduler.after(ANSWER_MS, onClose);
      socket.on('pong', onPong).on('close', onClose);
      socket.ping();
    });
  }
}
