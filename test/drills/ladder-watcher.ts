/** A client in the room `ladder` that notes when each change arrives. */
import assert from 'node:assert/strict';
import type { LadderEvents, RankChange } from '../../src/rooms/messages.ts';
import { Player, Seated } from '../support/player.ts';

/** A user's entry after one battle: the number of battles tells that it is this one's. */
export interface Expected {
  readonly userId: string;
  readonly elo: number;
  readonly battles: number;
}

interface Entry {
  readonly rank: number;
  readonly userId: string;
  readonly elo: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

/** A change that has not come by then does not come. Milliseconds. */
const PATIENCE_MS = 10_000;

export class LadderWatcher {
  readonly #url: string;
  readonly #format: string;
  readonly #ladder: Seated<LadderEvents>;
  /** By user and number of battles: when it was first seen, and with what Elo. */
  readonly #seen = new Map<string, { readonly at: number; readonly elo: number }>();
  #looked = (): void => {};

  static async open(url: string, format: string): Promise<LadderWatcher> {
    const room = await new Player(url).client.joinOrCreate('ladder', { format });
    return new LadderWatcher(url, format, new Seated(room));
  }

  private constructor(url: string, format: string, ladder: Seated<LadderEvents>) {
    this.#url = url;
    this.#format = format;
    this.#ladder = ladder;
    ladder.room.onStateChange(() => this.#look());
  }

  /** When the state first showed it, by `performance.now()`. Throws when it never does, or shows another Elo. */
  async seen({ userId, elo, battles }: Expected): Promise<number> {
    const until = performance.now() + PATIENCE_MS;
    const key = `${battles} ${userId}`;
    for (;;) {
      const found = this.#seen.get(key);
      if (found) {
        assert.equal(found.elo, elo, `the Elo of ${userId} after ${battles} battles`);
        return found.at;
      }
      const left = until - performance.now();
      assert(left > 0, `${userId} with ${battles} battles was not shown`);
      await this.#next(left);
    }
  }

  /** Throws unless the state equals `GET /ladder`, and every change that was told goes on from the one before. */
  async check(): Promise<void> {
    const { body } = await new Player(this.#url).call('GET', `/ladder/${this.#format}?limit=100`);
    const items = body['items'] as (Entry & { user: { id: string; name: string }; glicko: object })[];
    const stored = items.map(({ user: { id: userId, name }, glicko, ...row }) => ({
      ...row,
      ...glicko,
      userId,
      name,
    }));
    const shown = this.#entries().toSorted((one, other) => one.rank - other.rank);
    assert.deepEqual(shown, stored);
    const told = this.#ladder.unread('RANK_CHANGES').flatMap(({ changes }) => changes);
    const last = new Map<string, RankChange>();
    for (const change of told) {
      const before = last.get(change.userId);
      assert.deepEqual(
        [change.oldRank === null, change.elo[0]],
        before ? [false, before.elo[1]] : [true, 1000],
        JSON.stringify([before, change]),
      );
      last.set(change.userId, change);
    }
    for (const { userId, elo } of shown) assert.equal(last.get(userId)?.elo[1], elo, `told of ${userId}`);
  }

  #entries(): Entry[] {
    const { entries = [] } = this.#ladder.room.state.toJSON() as { entries?: Entry[] };
    return entries;
  }

  #look(): void {
    const at = performance.now();
    for (const { userId, elo, wins, losses, ties } of this.#entries()) {
      const key = `${wins + losses + ties} ${userId}`;
      if (!this.#seen.has(key)) this.#seen.set(key, { at, elo });
    }
    this.#looked();
  }

  /** The next state, or nothing after `ms`. */
  async #next(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    const earlier = this.#looked;
    this.#looked = () => {
      earlier();
      resolve();
    };
    await promise.finally(() => clearTimeout(timer));
    this.#looked = () => {};
  }
}
