/**
 * Connection events on their way into the database: noted at once, written together soon. As well as can be and no
 * better: nobody waits for them, and what the database does not take is lost, counted and said once.
 */
import { LIMITS } from '../config/limits.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ConnectionEvent, ConnectionEventStore } from './database/stores.ts';

export interface ConnectionEventsPorts {
  readonly store: Pick<ConnectionEventStore, 'add'>;
  readonly timers: { after(ms: number, task: () => void): () => void };
  readonly logger: Logger;
}

const FLUSH_MS = 1_000;
/** How long the end of the process is held up. */
const CLOSE_MS = 2_000;

export class ConnectionEvents {
  readonly #ports: ConnectionEventsPorts;
  #waiting: ConnectionEvent[] = [];
  #writing: Promise<void> | undefined;
  #cancelFlush: (() => void) | undefined;
  #isLosing = false;
  #isClosed = false;
  #lost = 0;

  constructor(ports: ConnectionEventsPorts) {
    this.#ports = ports;
  }

  /** Never throws and never waits. Beyond `LIMITS.connectionEventsWaiting` the oldest one is dropped. */
  note(event: ConnectionEvent): void {
    if (this.#isClosed) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(event);
    if (this.#waiting.length > LIMITS.connectionEventsWaiting) {
      this.#waiting.shift();
      this.#lost += 1;
    }
    if (this.#waiting.length >= LIMITS.connectionEventBatch) void this.#flush();
    else this.#cancelFlush ??= this.#ports.timers.after(FLUSH_MS, () => void this.#flush());
  }

  /** Events that never reached the database. */
  get lost(): number {
    return this.#lost;
  }

  /** Writes what waits; resolves within two seconds. What is noted after it is lost. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const late = Promise.withResolvers<void>();
    const cancel = this.#ports.timers.after(CLOSE_MS, late.resolve);
    await Promise.race([this.#flush(), late.promise]);
    cancel();
  }

  /** One at a time, until nothing waits. */
  #flush(): Promise<void> {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, LIMITS.connectionEventBatch);
      try {
        await this.#ports.store.add(batch);
        this.#isLosing = false;
      } catch (error) {
        this.#lost += batch.length;
        if (!this.#isLosing) this.#ports.logger.warn({ err: error }, 'connection events are being lost');
        this.#isLosing = true;
      }
    }
  }
}
