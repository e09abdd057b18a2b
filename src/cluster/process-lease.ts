/**
 * This process's lease in the store: renewed each beat, good for a while. Others believe in us for that long and no
 * longer, so a process that cannot have renewed it (it was stopped, or the store is away) must hold still until it has.
 *
 * Ages are measured on our own monotonic clock, from before the renewal was sent: never by comparing two clocks.
 */
import type { Scheduler } from '../rooms/scheduler.ts';

/** Milliseconds between two renewals. */
export const BEAT_MS = 1_000;
/** Milliseconds for which a renewal is good. */
export const LEASE_MS = 4_000;

/** What a process tells the others of itself with each renewal. */
export interface ProcessInfo {
  /** Of this run of the process. */
  readonly id: string;
  /** Where the other processes reach it. */
  readonly host: string;
  readonly port: number;
  readonly engine: string;
  readonly battles: number;
  readonly connections: number;
  readonly isDraining: boolean;
  /** Milliseconds since the epoch, by the process's own clock: for people. */
  readonly startedAt: number;
}

export interface Leases {
  /** Rejects with `StoreAway`. */
  renew(info: ProcessInfo, leaseMs: number): Promise<void>;
  release(id: string): Promise<void>;
  /** Processes with a lease that is good by the store's clock. */
  alive(): Promise<readonly ProcessInfo[]>;
  /** For how long we have had this connection to the store without a break. Milliseconds; 0 while it is broken. */
  connectedMs(): number;
}

export interface LeaseEvents {
  /** The lease has run out: nothing may be said or played until `restored`. */
  suspended(): void;
  restored(): void;
}

export class ProcessLease {
  readonly #leases: Leases;
  readonly #describe: () => ProcessInfo;
  readonly #scheduler: Scheduler;
  readonly #events: LeaseEvents;
  #confirmedAt = Number.NEGATIVE_INFINITY;
  #isSuspended = true;
  #isStopped = false;
  #cancelBeat = (): void => {};
  #cancelExpiry = (): void => {};

  constructor(leases: Leases, describe: () => ProcessInfo, scheduler: Scheduler, events: LeaseEvents) {
    this.#leases = leases;
    this.#describe = describe;
    this.#scheduler = scheduler;
    this.#events = events;
  }

  /** Whether others still believe in us, for all that we can know. To be asked right before anything is said. */
  get isValid(): boolean {
    return this.#scheduler.now() - this.#confirmedAt < LEASE_MS;
  }

  /** Resolves after the first renewal, done or failed; the beats go on. */
  async start(): Promise<void> {
    await this.#beat();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelBeat();
    this.#cancelExpiry();
    await this.#leases.release(this.#describe().id);
  }

  async #beat(): Promise<void> {
    const askedAt = this.#scheduler.now();
    try {
      await this.#leases.renew(this.#describe(), LEASE_MS);
      if (!this.#isStopped) this.#confirm(askedAt);
    } catch {
      // The store is away: the lease runs out by itself.
    }
    if (!this.#isStopped) this.#cancelBeat = this.#scheduler.after(BEAT_MS, () => void this.#beat());
  }

  #confirm(askedAt: number): void {
    // A stopped process may see the answer before its timer: that the lease had run out is told all the same.
    this.#expire();
    this.#confirmedAt = askedAt;
    this.#cancelExpiry();
    if (!this.isValid) return;
    this.#awaitExpiry();
    if (!this.#isSuspended) return;
    this.#isSuspended = false;
    this.#events.restored();
  }

  #awaitExpiry(): void {
    const leftMs = this.#confirmedAt + LEASE_MS - this.#scheduler.now();
    this.#cancelExpiry = this.#scheduler.after(leftMs, () => {
      // Timers come a little early at times.
      if (this.isValid) this.#awaitExpiry();
      else this.#expire();
    });
  }

  #expire(): void {
    if (this.isValid || this.#isSuspended) return;
    this.#isSuspended = true;
    this.#events.suspended();
  }
}
