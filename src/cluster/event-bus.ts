/**
 * Events between processes, over Colyseus's presence. Subscribers of the publishing process get an event at once and
 * exactly once, those of others as far as the store carries it: at most once, and not at all while the store is away.
 *
 * Nothing that comes in can hurt: junk and subscribers that throw are counted, logged and passed over.
 */
import { LIMITS } from '../config/limits.ts';
import type { Scheduler } from '../rooms/scheduler.ts';
import type { Logger } from '../telemetry/logger.ts';
import { attempt, attemptOften } from './event-bus/attempts.ts';
import { decodeMessage, encodeEvent, encodeProbe, EventBusError, type Origin } from './event-bus/envelope.ts';
import { Link, type PubSub, RECONNECTS_MAX } from './event-bus/link.ts';
import { RecentlySeen } from './event-bus/recently-seen.ts';
import { type BusStatistics, publisherFigures, subscriberFigures, Tally } from './event-bus/statistics.ts';
import { type BusEvent, type Channel, type ChannelEvent, CHANNELS, type Payload } from './events.ts';

/** A subscriber. What it throws, or its promise rejects with, is logged. All subscribers share the event: read it only. */
export type EventHandler<C extends Channel> = (event: ChannelEvent<C>) => void | Promise<void>;
export type AnyEventHandler = (event: BusEvent) => void | Promise<void>;

export interface EventBusPorts {
  readonly presence: PubSub;
  /** Of this run of the process: never used again after a restart. At most `LIMITS.idChars` characters. */
  readonly serverId: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

export interface BusHealth {
  /** Runs, and has not tried `RECONNECTS_MAX` times in vain. Before that the two below tell that something is amiss. */
  readonly isHealthy: boolean;
  /** Whether the store took the last event or probe. */
  readonly publisherReady: boolean;
  /** Whether the last probe came back. */
  readonly subscriberReady: boolean;
  readonly activeSubscriptions: number;
  /** In vain, since all was well. */
  readonly reconnectAttempts: number;
  /** Milliseconds that the last probe took through the store; null before the first one. */
  readonly roundTripMs: number | null;
}

export class EventBus {
  readonly #ports: EventBusPorts;
  readonly #link: Link;
  readonly #handlers = new Map(CHANNELS.map((channel) => [channel, new Set<(event: never) => unknown>()]));
  readonly #published = new Tally();
  readonly #received = new Tally();
  readonly #seen = new RecentlySeen(LIMITS.busRecentEvents);
  readonly #underWay = new Set<Promise<void>>();
  #events = 0;
  #state: 'new' | 'running' | 'closed' = 'new';
  #isPublisherReady = false;

  constructor(ports: EventBusPorts) {
    this.#ports = ports;
    this.#link = new Link({
      ...ports,
      received: (channel, message) => this.#take(channel, message),
      sendProbe: (id) => this.#send('system:events', encodeProbe(this.#origin(id)), attempt),
    });
  }

  /** Listens to all channels. Resolves after the first try; where that failed it goes on trying, see `health`. */
  async start(): Promise<void> {
    this.#state = 'running';
    await this.#link.start();
  }

  /**
   * Own subscribers have it when this returns. Resolves when the store has it. Rejects with `EventBusError`: after
   * the fourth try, within six seconds; or at once, and then nobody has it.
   */
  async publish<C extends Channel>(channel: C, payload: Payload<C>): Promise<void> {
    try {
      const text = this.#encode(channel, payload);
      const message = decodeMessage(channel, text);
      if (message.kind === 'event') this.#deliver(message.event);
      await this.#track(this.#send(channel, text, attemptOften));
      this.#published.count(channel, true, this.#ports.now());
    } catch (error) {
      this.#published.count(channel, false, null);
      if (error instanceof EventBusError) throw error;
      throw new EventBusError('EVENT_NOT_PUBLISHED', `The store did not take an event of ${channel}.`, error);
    }
  }

  /** The answer ends the subscription. The same handler twice is one subscription. */
  subscribe<C extends Channel>(channel: C, handler: EventHandler<C>): () => void {
    this.#handlers.get(channel)!.add(handler);
    return () => this.unsubscribe(channel, handler);
  }

  unsubscribe<C extends Channel>(channel: C, handler: EventHandler<C>): void {
    this.#handlers.get(channel)!.delete(handler);
  }

  /** To every channel; the answer ends all of it. */
  subscribeAll(handler: AnyEventHandler): () => void {
    for (const handlers of this.#handlers.values()) handlers.add(handler);
    return () => {
      for (const handlers of this.#handlers.values()) handlers.delete(handler);
    };
  }

  get statistics(): BusStatistics {
    return {
      publisher: this.#published.figures(publisherFigures),
      subscriber: this.#received.figures(subscriberFigures),
    };
  }

  get health(): BusHealth {
    const { isReady, reconnectAttempts, roundTripMs } = this.#link;
    let activeSubscriptions = 0;
    for (const handlers of this.#handlers.values()) activeSubscriptions += handlers.size;
    return {
      isHealthy: this.#state === 'running' && reconnectAttempts < RECONNECTS_MAX,
      publisherReady: this.#isPublisherReady,
      subscriberReady: isReady,
      activeSubscriptions,
      reconnectAttempts,
      roundTripMs,
    };
  }

  /** No event comes in or goes out any more; those on their way out are waited for. The presence stays open. */
  async close(): Promise<void> {
    this.#state = 'closed';
    await Promise.allSettled(this.#underWay);
    await this.#link.stop();
    for (const handlers of this.#handlers.values()) handlers.clear();
    this.#isPublisherReady = false;
  }

  #encode<C extends Channel>(channel: C, payload: Payload<C>): string {
    if (this.#state === 'closed') throw new EventBusError('BUS_CLOSED', 'The event bus is closed.');
    if (this.#underWay.size >= LIMITS.busPublishes)
      throw new EventBusError('BUS_BUSY', `${this.#underWay.size} events are on their way.`);
    return encodeEvent(this.#origin(String(++this.#events)), channel, payload);
  }

  #origin(id: string): Origin {
    return { serverId: this.#ports.serverId, id, at: this.#ports.now() };
  }

  async #send(channel: Channel, text: string, how: typeof attempt): Promise<void> {
    try {
      await how(this.#ports.scheduler, () => this.#ports.presence.publish(channel, text));
      this.#isPublisherReady = true;
    } catch (error) {
      this.#isPublisherReady = false;
      throw error;
    }
  }

  async #track(work: Promise<void>): Promise<void> {
    this.#underWay.add(work);
    try {
      await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  #take(channel: Channel, message: unknown): void {
    if (this.#state === 'closed') return;
    const decoded = decodeMessage(channel, message);
    if (decoded.kind === 'junk') {
      this.#received.count(channel, false, this.#ports.now());
      this.#ports.logger.warn({ channel }, 'a message that is no event was passed over');
      return;
    }
    const { serverId, id } = decoded.kind === 'event' ? decoded.event : decoded;
    if (serverId === this.#ports.serverId) {
      if (decoded.kind === 'probe') this.#link.heard(id);
      return;
    }
    if (decoded.kind === 'event' && this.#seen.isNew(`${serverId} ${id}`)) this.#deliver(decoded.event);
  }

  #deliver(event: BusEvent): void {
    const { channel } = event;
    const pending: Promise<boolean>[] = [];
    let isGood = true;
    // As they are now: a handler may subscribe another one, which is not for this event.
    const handlers = Array.from(this.#handlers.get(channel)!);
    for (const handler of handlers) {
      try {
        const result = handler(event as never);
        if (result instanceof Promise)
          pending.push(
            result.then(
              () => true,
              (error: unknown) => this.#failed(channel, error),
            ),
          );
      } catch (error) {
        isGood = this.#failed(channel, error);
      }
    }
    const at = this.#ports.now();
    if (pending.length === 0) this.#received.count(channel, isGood, at);
    else
      void Promise.all(pending).then((results) =>
        this.#received.count(channel, isGood && results.every(Boolean), at),
      );
  }

  #failed(channel: Channel, error: unknown): false {
    this.#ports.logger.error({ channel, err: error }, 'a subscriber failed');
    return false;
  }
}
