/**
 * Keeps the top of one ladder as it is in the database. What is heard of battles only says that it is time to look; a look
 * from time to time makes good what was not heard. While the database is away nothing changes.
 */
import type { UserId } from '../battle/ids.ts';
import type { LadderRow } from '../persistence/database/stores.ts';
import type { RankChange } from './messages.ts';
import { rankChanges, type RankHint } from './rank-changes.ts';
import type { Scheduler } from './scheduler.ts';

/** So many rows of a ladder are shown. */
export const TOP_ROWS = 100;
/** From one look to the next at least, in milliseconds: so that a busy format costs the database no more than a quiet one. */
const PAUSE_MS = 100;
/** From what is heard to the look, in milliseconds: the two players of a battle are heard of one after the other. */
const GATHER_MS = 20;
/** After the last one when nothing was heard, in milliseconds. */
const SLOW_MS = 30_000;
/** After one that failed, in milliseconds. */
const RETRY_MS = 1_000;

export interface WatchPorts {
  /** The first `TOP_ROWS` rows. */
  read(): Promise<readonly LadderRow[]>;
  /** Of every look; the first one has no changes. */
  shown(rows: readonly LadderRow[], changes: readonly RankChange[]): void;
  /** Said once, until a look succeeds. */
  failed(error: unknown): void;
  readonly scheduler: Scheduler;
}

export class LadderWatch {
  readonly #ports: WatchPorts;
  #rows: readonly LadderRow[] | null = null;
  #hints = new Map<UserId, RankHint>();
  #isDue = false;
  #isLooking = false;
  #isFailing = false;
  #isStopped = false;
  #lookedAt = 0;
  #cancel = (): void => {};

  constructor(ports: WatchPorts) {
    this.#ports = ports;
  }

  /** Resolves after the first look, whatever came of it. */
  start(): Promise<void> {
    return this.#look();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** Somebody has played. `isWide`: the ranks do not tell whom that moved. */
  heard(hint: RankHint, isWide: boolean): void {
    const ranks = [hint.oldRank, hint.newRank].filter((rank) => rank !== null);
    if (this.#isStopped || !(ranks.length > 0 ? Math.min(...ranks) <= TOP_ROWS : isWide)) return;
    keep(this.#hints, hint);
    if (this.#isDue) return;
    this.#isDue = true;
    if (!this.#isLooking && !this.#isFailing) this.#lookSoon();
  }

  async #look(): Promise<void> {
    const hints = this.#hints;
    this.#hints = new Map();
    this.#isDue = false;
    this.#isLooking = true;
    this.#lookedAt = this.#ports.scheduler.now();
    let pauseMs = SLOW_MS;
    try {
      const rows = await this.#ports.read();
      this.#isFailing = false;
      if (!this.#isStopped) this.#show(rows, hints);
    } catch (error) {
      if (!this.#isFailing) this.#ports.failed(error);
      this.#isFailing = true;
      pauseMs = RETRY_MS;
      for (const hint of this.#hints.values()) keep(hints, hint);
      this.#hints = hints;
    }
    this.#isLooking = false;
    if (this.#isStopped) return;
    if (this.#isDue && !this.#isFailing) this.#lookSoon();
    else this.#lookIn(pauseMs);
  }

  #show(rows: readonly LadderRow[], hints: ReadonlyMap<UserId, RankHint>): void {
    const changes = this.#rows ? rankChanges(this.#rows, rows, hints) : [];
    this.#rows = rows;
    this.#ports.shown(rows, changes);
  }

  #lookSoon(): void {
    this.#lookIn(Math.max(GATHER_MS, this.#lookedAt + PAUSE_MS - this.#ports.scheduler.now()));
  }

  #lookIn(ms: number): void {
    this.#cancel();
    this.#cancel = this.#ports.scheduler.after(ms, () => void this.#look());
  }
}

function keep(hints: Map<UserId, RankHint>, hint: RankHint): void {
  const earlier = hints.get(hint.userId);
  hints.set(hint.userId, earlier ? joined(earlier, hint) : hint);
}

/** Of two battles, one after the other. */
function joined(first: RankHint, second: RankHint): RankHint {
  return { ...second, oldRank: first.oldRank, ratingChange: first.ratingChange + second.ratingChange };
}
