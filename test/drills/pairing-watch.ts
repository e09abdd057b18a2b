/** Matches as Redis knows them, from pairing to the end of the record: seen from outside, by its own notices. */
import type { TestRedis } from '../support/redis.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { QUEUE_RULES } from '../../src/persistence/tickets/tickets.ts';

/** What a Redis needs that is to be watched. */
export const WATCHED = { 'notify-keyspace-events': 'Khg' };

const MATCH = redisKeys('endure:').queue[2]!;
const PREFIX = `__keyspace@0__:${MATCH}`;

export class PairingWatch {
  /** By battle, milliseconds since the epoch. */
  readonly pairedAt = new Map<string, number>();
  /** Matches that a sweep had to carry on with: their process died between pairing and opening, or right after. */
  readonly carriedOn = new Set<string>();
  readonly #open = new Set<string>();
  readonly #waiting = new Set<() => void>();
  readonly #connection;

  constructor(redis: TestRedis) {
    this.#connection = redis.connect();
  }

  async start(): Promise<void> {
    this.#connection.on('pmessage', (_pattern, channel: string, event: string) => {
      this.#heard(channel.slice(PREFIX.length), event);
    });
    await this.#connection.psubscribe(`${PREFIX}*`);
  }

  /** Matches whose record is there. */
  get open(): number {
    return this.#open.size;
  }

  /** Resolves when two have been paired whose battle is not open. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #heard(battleId: string, event: string): void {
    if (event === 'del') {
      this.#open.delete(battleId);
      const pairedAt = this.pairedAt.get(battleId) ?? Infinity;
      if (Date.now() - pairedAt >= QUEUE_RULES.matchMs) this.carriedOn.add(battleId);
    }
    // A sweep writes into the record too.
    if (event !== 'hset' || this.pairedAt.has(battleId)) return;
    this.#open.add(battleId);
    this.pairedAt.set(battleId, Date.now());
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
