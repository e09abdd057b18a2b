/**
 * A way into one room that outlives sockets and servers. A dropped connection first comes back in its own seat, which the
 * SDK does; where that cannot be, a fresh seat is asked for, until the server says that there is nothing to come back to.
 */
import type { Client, Room } from '@colyseus/sdk';
import { closed, connectionFailed, type EndureError, isPassing, toEndureError } from './errors.ts';
import { backOffMs, Pauses } from './pauses.ts';
import type { Seat } from './protocol.ts';
import { onWake } from './wake.ts';

/** `lost`: it does not come back. */
export type ConnectionStatus = 'connected' | 'reconnecting' | 'lost';

export interface LinkOptions {
  readonly sdk: Client;
  /** Asks the server for a seat. What it rejects with and does not pass by itself is the end of the link. */
  readonly reserve: () => Promise<Seat>;
  /** Called for each room before its first message. */
  readonly attach: (room: Room) => void;
  /** Whether a dropped connection may come back in its own seat; otherwise each begins anew. */
  readonly keepsSeat: boolean;
  readonly changed: (status: ConnectionStatus) => void;
  /** Why it does not come back. Called once, before `changed('lost')`, and not after `close`. */
  readonly lost: (error: EndureError) => void;
}

interface Waiting {
  readonly resolve: (room: Room) => void;
  readonly reject: (error: Error) => void;
}

/** Colyseus's close codes: over, or left; and one that makes the SDK come back. */
const CLOSE_OVER = 4000;
const CLOSE_COME_BACK = 4010;
/** Attempts of the SDK in the old seat before a fresh one is asked for: about half a minute. */
const SEAT_ATTEMPTS = 9;
/** Browsers send no pings, so we look whether the other end is still there. Milliseconds. */
const LOOK_MS = 4_000;
const SILENCE_MS = 6_000;
/** Until a join or a request counts as failed. Milliseconds. */
const ANSWER_MS = 10_000;
/** Until a server that does not answer a goodbye is left without. Milliseconds. */
const GOODBYE_MS = 1_000;

/** What the messages of a room are heard by, typed by their table. A later server may say more: that is passed over. */
export function listening<Messages extends object>(
  room: Room,
): <K extends keyof Messages & string>(type: K, hear: (payload: Messages[K]) => void) => void {
  room.onMessage('*', () => {});
  return (type, hear) => void room.onMessage(type, hear);
}

export class RoomLink {
  readonly #options: LinkOptions;
  readonly #pauses = new Pauses();
  readonly #stopListening: () => void;
  #room: Room | undefined;
  #status: ConnectionStatus = 'reconnecting';
  /** Why there is no going on; null as long as there is. */
  #fault: EndureError | null = null;
  #waiting: Waiting[] = [];
  #lookout: ReturnType<typeof setInterval> | undefined;
  /** Since when the other end owes a sign of life. */
  #silentSince: number | null = null;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#stopListening = onWake(() => this.#wake());
    void this.#enter();
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** The newest room, connected or not. */
  get room(): Room | undefined {
    return this.#room;
  }

  /** Until the server has answered, over however many connections: for what may be said twice. Rejects when it refuses. */
  async ask(type: string, payload: unknown): Promise<unknown> {
    for (let attempt = 0; ; attempt++) {
      const room = await this.#opened();
      try {
        return await room.request(type, payload, { timeout: ANSWER_MS });
      } catch (error) {
        const coded = toEndureError(error);
        if (!isPassing(coded)) throw coded;
        await this.#pauses.sleep(coded.retryAfterMs ?? backOffMs(attempt));
      }
    }
  }

  /** Leaves for good. Nothing of it goes on. */
  close(): void {
    this.#end(closed());
    const room = this.#room;
    if (!room) return;
    room.reconnection.enabled = false;
    if (!room.connection.isOpen) {
      room.connection.close();
      return;
    }
    const goodbye = setTimeout(() => room.connection.close(), GOODBYE_MS);
    void room.leave().then(() => clearTimeout(goodbye));
  }

  #opened(): Promise<Room> {
    if (this.#fault) return Promise.reject(this.#fault);
    if (this.#status === 'connected') return Promise.resolve(this.#room!);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Into a fresh seat. Never rejects. */
  async #enter(): Promise<void> {
    for (let attempt = 0; !this.#fault; attempt++) {
      try {
        const seat = await this.#options.reserve();
        const room = await this.#sit(seat);
        if (this.#fault) await room.leave();
        else this.#take(room);
        return;
      } catch (error) {
        const coded = toEndureError(error);
        if (!isPassing(coded)) {
          this.#lose(coded);
          return;
        }
        await this.#pauses.sleep(coded.retryAfterMs ?? backOffMs(attempt)).catch(() => {});
      }
    }
  }

  async #sit(seat: Seat): Promise<Room> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const joined = this.#options.sdk.consumeSeatReservation<unknown>(seat as never);
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(connectionFailed());
        joined.then((room) => room.leave()).catch(() => {});
      }, ANSWER_MS);
    });
    return Promise.race([joined, late]).finally(() => clearTimeout(timer));
  }

  #take(room: Room): void {
    this.#room = room;
    Object.assign(room.reconnection, {
      enabled: this.#options.keepsSeat,
      minUptime: 0,
      maxRetries: SEAT_ATTEMPTS,
      // The pause between two attempts is ours, so that it can be called off.
      minDelay: 0,
      maxDelay: 0,
      // What was not sent is asked again by whoever wants an answer.
      maxEnqueuedMessages: 0,
    });
    const { connection } = room;
    const reconnect = connection.reconnect.bind(connection);
    connection.reconnect = (params) => {
      const attempt = room.reconnection.retryCount - 1;
      void this.#pauses.sleep(backOffMs(attempt)).then(
        () => {
          this.#silentSince = performance.now();
          reconnect(params);
        },
        () => {},
      );
    };
    room.onError(() => {});
    room.onDrop(() => this.#down());
    room.onReconnect(() => this.#up(room));
    room.onLeave((code) => this.#left(code));
    this.#options.attach(room);
    this.#lookout ??= setInterval(() => this.#look(), LOOK_MS);
    this.#up(room);
  }

  #up(room: Room): void {
    this.#silentSince = null;
    this.#change('connected');
    for (const { resolve } of this.#waiting.splice(0)) resolve(room);
  }

  #down(): void {
    this.#silentSince = null;
    this.#change('reconnecting');
  }

  #left(code: number): void {
    if (this.#fault) return;
    this.#down();
    if (code === CLOSE_OVER) this.#lose(closed());
    else void this.#enter();
  }

  /** A socket whose other end is silent may stay open for minutes. */
  #look(): void {
    const { connection } = this.#room!;
    if (this.#silentSince !== null) {
      if (performance.now() - this.#silentSince > SILENCE_MS) connection.close(CLOSE_COME_BACK);
    } else if (connection.isOpen) {
      this.#silentSince = performance.now();
      this.#room!.ping(() => (this.#silentSince = null));
    }
  }

  #wake(): void {
    this.#pauses.hurry();
    if (this.#room && this.#status === 'connected') this.#look();
  }

  #lose(fault: EndureError): void {
    if (this.#fault) return;
    this.#end(fault);
    this.#options.lost(fault);
    this.#change('lost');
  }

  #end(fault: EndureError): void {
    this.#fault ??= fault;
    this.#pauses.close();
    this.#stopListening();
    clearInterval(this.#lookout);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#fault);
  }

  #change(status: ConnectionStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#options.changed(status);
  }
}
