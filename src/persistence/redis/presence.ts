/**
 * Colyseus's presence over Redis, for when Redis is away. Colyseus starts many of its calls without waiting for them:
 * their failures are nobody's, and no news. Whoever waits for a topic or a message is told with `StoreAway`.
 */
import { RedisPresence } from '@colyseus/redis-presence';
import type { Redis } from 'ioredis';
import { ask, endSocketTimeouts } from './connection.ts';
import type { Outage } from './outage.ts';

/** Where an answer to a call is awaited. */
const REPLIES = 'ipc:';

/** Until a topic that Redis has refused is asked for again, in milliseconds. */
const AGAIN_MS = 200;

type Callback = Parameters<RedisPresence['subscribe']>[1];

export class ForgivingPresence extends RedisPresence {
  #again: NodeJS.Timeout | undefined;
  #isShut = false;

  /** The connection becomes the presence's, which makes a second one like it for what it subscribes to. */
  constructor(redis: Redis, outage: Outage) {
    super(redis);
    // Colyseus's own listeners tell of each attempt.
    for (const connection of [this.pub, this.sub]) connection.removeAllListeners('error');
    endSocketTimeouts(this.sub as Redis);
    outage.watch('presence', redis);
    outage.watch('subscriptions', this.sub as Redis);
  }

  override subscribe(topic: string, callback: Callback): Promise<this> {
    const subscribed = forgiven(ask(this.sub as Redis, () => super.subscribe(topic, callback)));
    // Colyseus asks other processes from where a rejection would end nowhere, the question's time limit not begun.
    return topic.startsWith(REPLIES) ? subscribed.catch(() => this) : subscribed;
  }

  override unsubscribe(topic: string, callback?: Callback): Promise<this> {
    return forgiven(super.unsubscribe(topic, callback));
  }

  override publish(topic: string, message: unknown): Promise<void> {
    return forgiven(ask(this.pub as Redis, () => super.publish(topic, message)));
  }

  /** Whether any process is subscribed to this topic. Rejects with `StoreAway`. */
  async isListening(topic: string): Promise<boolean> {
    const pub = this.pub as Redis;
    // Not CHANNELS with a pattern, which walks over all topics of all processes.
    const [, count] = await ask(pub, () => pub.pubsub('NUMSUB', topic));
    return Number(count) > 0;
  }

  override hset(key: string, field: string, value: string): Promise<boolean> {
    return forgiven(super.hset(key, field, value));
  }

  override hdel(key: string, field: string): Promise<boolean> {
    return forgiven(super.hdel(key, field));
  }

  /** Until it is done: a Redis that is reading its file refuses at first. */
  protected override resubscribeAll(): void {
    clearTimeout(this.#again);
    const topics = this.subscriptions.eventNames().map(String);
    if (topics.length === 0 || this.#isShut) return;
    (this.sub as Redis).subscribe(...topics).catch(() => {
      clearTimeout(this.#again);
      this.#again = setTimeout(() => this.resubscribeAll(), AGAIN_MS);
    });
  }

  /** At once, also while Redis is away. */
  override shutdown(): void {
    this.#isShut = true;
    clearTimeout(this.#again);
    for (const connection of [this.pub, this.sub]) connection.disconnect();
  }
}

/** The same promise; its rejection is no longer an unhandled one. */
function forgiven<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
