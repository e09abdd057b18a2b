/** What became of battles that were recorded: of their ratings, and of their players. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BattleId, FormatId, SideId, UserId } from '../../battle/ids.ts';
import type { AchievementKind } from '../../ratings/achievements.ts';
import type { BattleSummary, Standing } from '../database/stores.ts';

/** What one rated battle did to one player's rating in its format. */
export interface RatingChange {
  readonly side: SideId;
  readonly userId: UserId;
  readonly before: Standing;
  readonly after: Standing;
}

/** One of each side; null: the battle moved no rating. */
export type RatingChanges = readonly RatingChange[] | null;

export interface Unlocked {
  readonly userId: UserId;
  readonly kind: AchievementKind;
}

/** A battle that was recorded now, by this process. */
export interface Recorded {
  readonly battleId: BattleId;
  readonly format: FormatId;
  readonly players: Readonly<Record<SideId, UserId>>;
  readonly winner: SideId | null;
  readonly changes: RatingChanges;
  readonly unlocked: readonly Unlocked[];
}

export interface ResultPorts {
  /** Of a recorded battle. */
  summary(id: BattleId): Promise<BattleSummary | null>;
  /** Records this one now if nobody else does; undefined where the end of a battle is its record. */
  readonly hurry?: (id: BattleId) => Promise<void>;
}

/** Battles recorded here whose result has not been asked for. */
const RECENT_MAX = 1_000;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1_000;

export class Results {
  readonly #ports: ResultPorts;
  readonly #listeners: ((recorded: Recorded) => void)[] = [];
  /** Oldest first. */
  readonly #recent = new Map<BattleId, RatingChanges>();

  constructor(ports: ResultPorts) {
    this.#ports = ports;
  }

  /** Of every battle that this process records, right after it is. */
  listen(listener: (recorded: Recorded) => void): void {
    this.#listeners.push(listener);
  }

  tell(recorded: Recorded): void {
    this.#recent.set(recorded.battleId, recorded.changes);
    if (this.#recent.size > RECENT_MAX) {
      const [oldest] = this.#recent.keys();
      this.#recent.delete(oldest!);
    }
    for (const listener of this.#listeners) listener(recorded);
  }

  /** Of a battle that has ended, whoever records it, as soon as it is. undefined: aborted before. */
  async of(id: BattleId, signal: AbortSignal): Promise<RatingChanges | undefined> {
    const isAborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([this.#ports.hurry?.(id), isAborted]);
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const changes = this.#recent.has(id) ? this.#recent.get(id) : await this.#recorded(id);
      if (changes !== undefined) return changes;
      await sleep(pause, undefined, { signal }).catch(() => {});
    }
    return undefined;
  }

  async #recorded(id: BattleId): Promise<RatingChanges | undefined> {
    // The database is asked again: it may only be away.
    const summary = await this.#ports.summary(id).catch(() => null);
    return summary ? changesOf(summary) : undefined;
  }
}

function changesOf({ players }: BattleSummary): RatingChanges {
  const changes = players.flatMap(({ side, userId, before, after }) =>
    userId && before && after ? [{ side, userId, before, after }] : [],
  );
  return changes.length > 0 ? changes : null;
}
