/**
 * How well the players are connected: the time that a WebSocket ping of ours takes there and back, on each connection of
 * a side. Every client answers it by itself, and cannot before it has come: what it carries is drawn at random.
 */
import type { SideId } from '../battle/ids.ts';
import type { Random } from '../battle/random.ts';
import type { BattleClient } from './connections.ts';
import type { Scheduler } from './scheduler.ts';

/** Milliseconds between two pings. */
const PING_MS = 5_000;
/** How much of the average the newest measurement makes. */
const WEIGHT = 1 / 4;
/** Latencies are shown in steps of that many milliseconds: less is noise, and would be a change of the state each time. */
const STEP_MS = 10;

/** The first class whose bound, in milliseconds, is above the latency. */
const CLASSES = [
  { below: 100, connection: 'excellent' },
  { below: 200, connection: 'good' },
  { below: 400, connection: 'fair' },
  { below: Infinity, connection: 'poor' },
] as const;

export interface Quality {
  /** Milliseconds in steps; 0 while it is not known. */
  readonly latencyMs: number;
  /** Empty while it is not known. */
  readonly connection: '' | (typeof CLASSES)[number]['connection'] | 'disconnected';
}

/** What a `ws` socket can do. */
interface PingedSocket {
  ping(payload: string): void;
  on(event: 'pong', listener: (payload: Buffer) => void): unknown;
}

interface Line {
  readonly side: SideId;
  readonly socket: PingedSocket;
  /** Not answered yet. */
  ping: { readonly payload: string; readonly at: number } | null;
  latencyMs: number | null;
}

export interface QualityPorts {
  readonly scheduler: Scheduler;
  readonly random: Random;
}

export class ConnectionQuality {
  readonly #ports: QualityPorts;
  readonly #onMeasured: (side: SideId) => void;
  readonly #lines = new Map<BattleClient, Line>();
  #cancel = (): void => {};

  constructor(ports: QualityPorts, onMeasured: (side: SideId) => void) {
    this.#ports = ports;
    this.#onMeasured = onMeasured;
    this.#arm();
  }

  watch(side: SideId, client: BattleClient): void {
    const line: Line = { side, socket: client.ref as unknown as PingedSocket, ping: null, latencyMs: null };
    line.socket.on('pong', (payload) => {
      if (payload.toString() === line.ping?.payload) this.#measured(line);
    });
    this.#lines.set(client, line);
    this.#ping(line);
  }

  forget(client: BattleClient): void {
    this.#lines.delete(client);
  }

  /** Of the best connection of a side. */
  of(side: SideId): Quality {
    const lines = [...this.#lines.values()].filter((line) => line.side === side);
    if (lines.length === 0) return { latencyMs: 0, connection: 'disconnected' };
    const best = Math.min(...lines.map(({ latencyMs }) => latencyMs ?? Infinity));
    if (best === Infinity) return { latencyMs: 0, connection: '' };
    const latencyMs = Math.max(STEP_MS, Math.round(best / STEP_MS) * STEP_MS);
    return { latencyMs, connection: CLASSES.find(({ below }) => latencyMs < below)!.connection };
  }

  stop(): void {
    this.#cancel();
  }

  #arm(): void {
    this.#cancel = this.#ports.scheduler.after(PING_MS, () => {
      this.#arm();
      for (const line of this.#lines.values()) {
        // So long at least.
        if (line.ping) this.#measured(line);
        this.#ping(line);
      }
    });
  }

  #ping(line: Line): void {
    line.ping = { payload: String(this.#ports.random()), at: this.#ports.scheduler.now() };
    line.socket.ping(line.ping.payload);
  }

  #measured(line: Line): void {
    // A process that was held up must not call its players slow for minutes.
    const sample = Math.min(this.#ports.scheduler.now() - line.ping!.at, PING_MS);
    line.ping = null;
    line.latencyMs = line.latencyMs === null ? sample : line.latencyMs + WEIGHT * (sample - line.latencyMs);
    this.#onMeasured(line.side);
  }
}
