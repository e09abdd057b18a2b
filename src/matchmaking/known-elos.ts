/**
 * The Elo that somebody is queued with. It comes from the database, but no queue waits for that: when it does not answer,
 * the last value that this process knew is good enough to find an opponent by.
 */
import type { FormatId, UserId } from '../battle/ids.ts';
import type { RatingStore } from '../persistence/database/stores.ts';
import { ELO_FLOOR } from '../ratings/elo.ts';
import type { Scheduler } from '../rooms/scheduler.ts';

/** How long the database is waited for, in milliseconds. */
const PATIENCE_MS = 300;
/** Ratings remembered; about 150 bytes each. */
const KNOWN_MAX = 10_000;

export class KnownElos {
  readonly #ratings: Pick<RatingStore, 'elo'>;
  readonly #scheduler: Scheduler;
  /** The one longest unused first. */
  readonly #known = new Map<string, number>();

  constructor(ratings: Pick<RatingStore, 'elo'>, scheduler: Scheduler) {
    this.#ratings = ratings;
    this.#scheduler = scheduler;
  }

  /** In whole points. Never rejects. */
  async elo(userId: UserId, format: FormatId): Promise<number> {
    const key = `${format} ${userId}`;
    const { promise, resolve } = Promise.withResolvers<number>();
    const giveUp = (): void => resolve(this.#known.get(key) ?? ELO_FLOOR);
    const cancel = this.#scheduler.after(PATIENCE_MS, giveUp);
    // An answer that is late is good for the next time.
    this.#ratings.elo(userId, format).then((elo) => resolve(this.#remember(key, Math.round(elo))), giveUp);
    return promise.finally(cancel);
  }

  #remember(key: string, elo: number): number {
    this.#known.delete(key);
    this.#known.set(key, elo);
    if (this.#known.size > KNOWN_MAX) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    return elo;
  }
}
