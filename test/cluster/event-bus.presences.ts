/** Presences for the event bus: the real ones, and one that fails or goes deaf when told. */
import { LocalPresence } from '@colyseus/core';
import { setLogger } from '@colyseus/core/Logger';
import { RedisPresence } from '@colyseus/redis-presence';
import { EventBus } from '../../src/cluster/event-bus.ts';
import type { PubSub } from '../../src/cluster/event-bus/link.ts';
import { systemScheduler, type Scheduler } from '../../src/rooms/scheduler.ts';
import { consoleLogger, createLogger } from '../../src/telemetry/logger.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

export const logger = createLogger('silent');
setLogger(consoleLogger(logger));

/** Presences of several processes on one store. */
export interface Store {
  /** As one more process sees it. */
  connect(): PubSub;
  close(): Promise<void>;
}

export function localStore(): Promise<Store> {
  const presence = new LocalPresence();
  return Promise.resolve({ connect: () => presence, close: () => Promise.resolve() });
}

export interface RedisStore extends Store {
  readonly redis: TestRedis;
}

export async function redisStore(): Promise<RedisStore> {
  const redis = await startTestRedis();
  const presences: RedisPresence[] = [];
  return {
    redis,
    connect: () => {
      const presence = new RedisPresence({ path: redis.address, retryStrategy: () => 50 });
      presences.push(presence);
      return presence;
    },
    close: async () => {
      for (const presence of presences) {
        presence['pub'].disconnect();
        presence['sub'].disconnect();
      }
      await redis.stop();
    },
  };
}

export function busOn(presence: PubSub, serverId: string, scheduler: Scheduler = systemScheduler): EventBus {
  return new EventBus({ presence, serverId, now: () => 1_700_000_000_000, scheduler, logger });
}

/** A LocalPresence behind a bad line. */
export class BadPresence implements PubSub {
  readonly #inner = new LocalPresence();
  /** Each publish takes the next one; `ok` when there are none. */
  readonly fates: ('ok' | 'throws' | 'rejects' | 'hangs' | 'hangs, yet arrives')[] = [];
  isDeaf = false;
  refusesSubscriptions = false;
  publishes = 0;
  published = (): void => {};
  readonly #callbacks = new Map<unknown, (message: unknown) => void>();

  subscribe(topic: string, callback: (message: unknown) => void): Promise<unknown> {
    const heard = (message: unknown): void => {
      if (!this.isDeaf) callback(message);
    };
    // As RedisPresence does it: the callback is in place before the store has said anything.
    this.#callbacks.set(callback, heard);
    const subscribed = this.#inner.subscribe(topic, heard);
    return this.refusesSubscriptions ? Promise.reject(new Error('refused')) : subscribed;
  }

  unsubscribe(topic: string, callback: (message: unknown) => void): unknown {
    const heard = this.#callbacks.get(callback);
    return heard && this.#inner.unsubscribe(topic, heard);
  }

  publish(topic: string, message: string): unknown {
    this.publishes += 1;
    this.published();
    const fate = this.fates.shift() ?? 'ok';
    if (fate === 'throws') throw new Error('thrown');
    if (fate === 'rejects') return Promise.reject(new Error('rejected'));
    if (fate !== 'hangs') this.#inner.publish(topic, message);
    return fate === 'ok' ? undefined : new Promise(() => {});
  }

  /** Who listens, over all topics. */
  get listeners(): number {
    const { subscriptions } = this.#inner;
    return subscriptions.eventNames().reduce((sum, name) => sum + subscriptions.listenerCount(name), 0);
  }
}
