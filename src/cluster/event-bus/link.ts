/**
 * The bus's hold on the presence: subscribes, then sends itself probes to see that what is published comes back. Where it
 * does not, it subscribes again: soon at first, slowly after `RECONNECTS_MAX` tries in vain, and never gives up.
 */
import type { Scheduler } from '../../rooms/scheduler.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type Channel, CHANNELS } from '../events.ts';
import { attempt } from './attempts.ts';

/** The part of a Colyseus `Presence` that the bus needs. */
export interface PubSub {
  subscribe(topic: string, callback: (message: unknown) => void): Promise<unknown>;
  unsubscribe(topic: string, callback: (message: unknown) => void): unknown;
  publish(topic: string, message: string): unknown;
}

export interface LinkPorts {
  readonly presence: PubSub;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  received(channel: Channel, message: unknown): void;
  /** Publishes a probe of that id. */
  sendProbe(id: string): Promise<void>;
}

/** Tries in vain after which the bus counts as broken. */
export const RECONNECTS_MAX = 10;
/** Milliseconds between two probes while all is well; also the longest wait between the first tries. */
const PROBE_MS = 5_000;
const FIRST_WAIT_MS = 100;
const SLOW_WAIT_MS = 30_000;

export class Link {
  readonly #ports: LinkPorts;
  readonly #callbacks: ReadonlyMap<Channel, (message: unknown) => void>;
  #awaited: { readonly id: string; resolve(): void } | undefined;
  #probes = 0;
  #cancel = (): void => {};
  #isSubscribed = false;
  #isStopped = false;
  #reconnectAttempts = 0;
  #isReady = false;
  #roundTripMs: number | null = null;

  constructor(ports: LinkPorts) {
    this.#ports = ports;
    this.#callbacks = new Map(
      CHANNELS.map((channel) => [channel, (message) => ports.received(channel, message)]),
    );
  }

  /** Whether the last probe came back. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Tries in vain since all was well. */
  get reconnectAttempts(): number {
    return this.#reconnectAttempts;
  }

  /** Milliseconds that the last probe took to come back; null before the first one did. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }

  /** Resolves after the first try, successful or not. */
  async start(): Promise<void> {
    const isThrough = await this.#tryOnce();
    if (this.#isStopped) return;
    this.#isReady = isThrough;
    this.#reconnectAttempts = isThrough ? 0 : this.#reconnectAttempts + 1;
    this.#cancel = this.#ports.scheduler.after(this.#wait(), () => void this.start());
  }

  /** A probe of this process came in. */
  heard(id: string): void {
    if (this.#awaited?.id === id) this.#awaited.resolve();
  }

  /** Resolves when the presence has forgotten the bus, or takes too long for it. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#isReady = false;
    this.#cancel();
    await attempt(this.#ports.scheduler, () => this.#unsubscribe()).catch(() => {});
  }

  async #tryOnce(): Promise<boolean> {
    const { scheduler, logger } = this.#ports;
    try {
      if (!this.#isSubscribed) await attempt(scheduler, () => this.#subscribe());
      await this.#probe();
      return true;
    } catch (error) {
      const isLast = this.#reconnectAttempts + 1 === RECONNECTS_MAX;
      logger[isLast ? 'error' : 'warn']({ err: error, tries: this.#reconnectAttempts + 1 }, 'no event bus');
      return false;
    }
  }

  async #subscribe(): Promise<void> {
    // A subscription that failed or went deaf may have left its callback behind: events would come in twice.
    this.#unsubscribe().catch(() => {});
    const { presence } = this.#ports;
    await Promise.all(
      [...this.#callbacks].map(([channel, callback]) => presence.subscribe(channel, callback)),
    );
    this.#isSubscribed = true;
  }

  async #unsubscribe(): Promise<void> {
    const { presence } = this.#ports;
    await Promise.all(
      [...this.#callbacks].map(async ([channel, callback]) => presence.unsubscribe(channel, callback)),
    );
  }

  async #probe(): Promise<void> {
    const { scheduler } = this.#ports;
    const id = `probe-${++this.#probes}`;
    const echo = new Promise<void>((resolve) => {
      this.#awaited = { id, resolve };
    });
    const sentAt = scheduler.now();
    await attempt(scheduler, () => this.#ports.sendProbe(id));
    try {
      await attempt(scheduler, () => echo);
    } catch (error) {
      // It was taken and did not come back: the subscription is deaf.
      this.#isSubscribed = false;
      throw error;
    }
    this.#roundTripMs = scheduler.now() - sentAt;
  }

  #wait(): number {
    const tries = this.#reconnectAttempts;
    if (tries === 0) return PROBE_MS;
    return tries >= RECONNECTS_MAX ? SLOW_WAIT_MS : Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), PROBE_MS);
  }
}
