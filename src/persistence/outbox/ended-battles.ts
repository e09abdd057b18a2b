/** Battles from the moment of their end: those that wait in Redis to be recorded, and those in the database. */
import type { BattleId } from '../../battle/ids.ts';
import type { BattleFilter, BattleStore, BattleSummary, FinishedBattle } from '../database/stores.ts';
import type { RedisOutbox } from './redis-outbox.ts';

export class EndedBattles implements BattleStore {
  readonly #recorded: BattleStore;
  readonly #outbox: Pick<RedisOutbox, 'summary'>;

  constructor(recorded: BattleStore, outbox: Pick<RedisOutbox, 'summary'>) {
    this.#recorded = recorded;
    this.#outbox = outbox;
  }

  /** Rejects with `StoreAway` where the database has no answer and Redis gives none. */
  async summary(id: BattleId): Promise<BattleSummary | null> {
    // In this order, because it leaves Redis only when it is in the database.
    const [waiting] = await Promise.allSettled([this.#outbox.summary(id)]);
    if (waiting.status === 'fulfilled' && waiting.value) return waiting.value;
    const recorded = await this.#recorded.summary(id);
    if (recorded === null && waiting.status === 'rejected') throw waiting.reason;
    return recorded;
  }

  /** Of recorded battles alone. */
  get(id: BattleId): Promise<FinishedBattle | null> {
    return this.#recorded.get(id);
  }

  /** Of recorded battles alone. */
  list(filter: BattleFilter): ReturnType<BattleStore['list']> {
    return this.#recorded.list(filter);
  }

  /** Of recorded battles alone. */
  older(...args: Parameters<BattleStore['older']>): ReturnType<BattleStore['older']> {
    return this.#recorded.older(...args);
  }
}
