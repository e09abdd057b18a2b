/** Who meets whom: a pure function of one queue's tickets and the time. */
import type { UserId } from '../battle/ids.ts';
import type { Waiting } from '../persistence/tickets/tickets.ts';
import { NONE, OldestInRange } from './oldest-in-range.ts';
import { ratingWindow } from './rating-window.ts';

/** How long both must have waited to meet again at once when nobody else is left in the queue, in milliseconds. */
export const REMATCH_ALONE_MS = 10_000;
/** The same while others wait whom neither of the two can be paired with. */
export const REMATCH_MS = 60_000;

type Pair<T> = readonly [T, T];

/**
 * Pairs the tickets of one format at `now` (the clock of their `joinedAt`), the oldest first, each with the oldest other
 * that its rating window reaches. Nobody meets oneself.
 *
 * Two of whom one was the other's last opponent are kept apart as long as either can be paired otherwise. Only if both
 * are left over may they meet again: after `REMATCH_ALONE_MS` when nobody else is left, after `REMATCH_MS` when there
 * are others. So nobody is rematched at once, and no two wait for ever.
 *
 * O(n log n) in time; the order of `tickets` does not matter.
 */
export function pair<T extends Waiting>(tickets: readonly T[], now: number): Pair<T>[] {
  const byAge = [...tickets].sort((a, b) => a.joinedAt - b.joinedAt || a.place - b.place);
  const { pairs, left } = pairStrangers(byAge, now);
  return [...pairs, ...pairAgain(left, now)];
}

function pairStrangers<T extends Waiting>(byAge: readonly T[], now: number): { pairs: Pair<T>[]; left: T[] } {
  const pool = new Pool(byAge);
  const pairs: Pair<T>[] = [];
  const left: T[] = [];
  for (const [rank, ticket] of byAge.entries()) {
    if (!pool.take(rank)) continue;
    // All others in the pool are younger: its own wait is the longer one.
    const foe = pool.takeOldest(ticket, ratingWindow(now - ticket.joinedAt));
    if (foe) pairs.push([ticket, foe]);
    else left.push(ticket);
  }
  return { pairs, left };
}

function pairAgain<T extends Waiting>(left: readonly T[], now: number): Pair<T>[] {
  const patience = left.length === 2 ? REMATCH_ALONE_MS : REMATCH_MS;
  const patient = left.filter((ticket) => now - ticket.joinedAt >= patience);
  const foes = foesOf(patient);
  const taken = new Set<UserId>();
  const pairs: Pair<T>[] = [];
  for (const ticket of patient) {
    if (taken.has(ticket.userId)) continue;
    const window = ratingWindow(now - ticket.joinedAt);
    const foe = foes
      .get(ticket.userId)
      ?.find((other) => !taken.has(other.userId) && Math.abs(other.elo - ticket.elo) <= window);
    if (!foe) continue;
    taken.add(ticket.userId).add(foe.userId);
    pairs.push([ticket, foe]);
  }
  return pairs;
}

/** Who met whom last among these, both ways, each list in the order of `tickets`. */
function foesOf<T extends Waiting>(tickets: readonly T[]): Map<UserId, T[]> {
  const rankOf = new Map(tickets.map(({ userId }, rank) => [userId, rank]));
  const ranks = new Map<UserId, Set<number>>();
  const note = (userId: UserId, foe: number): void => {
    ranks.set(userId, (ranks.get(userId) ?? new Set()).add(foe));
  };
  for (const [rank, { userId, lastFoe }] of tickets.entries()) {
    const foe = lastFoe === undefined || lastFoe === userId ? undefined : rankOf.get(lastFoe);
    if (lastFoe === undefined || foe === undefined) continue;
    note(userId, foe);
    note(lastFoe, rank);
  }
  const inOrder = (found: Set<number>): T[] =>
    [...found].sort((a, b) => a - b).flatMap((rank) => tickets[rank] ?? []);
  return new Map([...ranks].map(([userId, found]) => [userId, inOrder(found)]));
}

function mayNotMeet(a: Waiting, b: Waiting): boolean {
  return a.userId === b.userId || a.lastFoe === b.userId || b.lastFoe === a.userId;
}

/** The tickets not yet looked at, findable by rating and age. A ticket's rank is its index by age. */
class Pool<T extends Waiting> {
  readonly #byAge: readonly T[];
  /** Ascending. */
  readonly #elos: readonly number[];
  /** Index by rating of each rank. */
  readonly #indexOf: Int32Array;
  readonly #ranks: OldestInRange;
  readonly #taken: Uint8Array;

  constructor(byAge: readonly T[]) {
    this.#byAge = byAge;
    const byElo = [...byAge.entries()].sort(([, a], [, b]) => a.elo - b.elo);
    this.#elos = byElo.map(([, { elo }]) => elo);
    this.#ranks = new OldestInRange(byElo.map(([rank]) => rank));
    this.#taken = new Uint8Array(byAge.length);
    this.#indexOf = new Int32Array(byAge.length);
    for (const [index, [rank]] of byElo.entries()) this.#indexOf[rank] = index;
  }

  /** False if it was taken before. */
  take(rank: number): boolean {
    if (this.#taken[rank]) return false;
    this.#taken[rank] = 1;
    this.#set(rank, NONE);
    return true;
  }

  /** Takes the oldest ticket at most `window` from the rating of `ticket` that may meet it. */
  takeOldest(ticket: T, window: number): T | undefined {
    const from = countBelow(this.#elos, (elo) => ticket.elo - elo > window);
    const to = countBelow(this.#elos, (elo) => elo - ticket.elo <= window);
    const passedOver: number[] = [];
    let found: T | undefined;
    for (;;) {
      const rank = this.#ranks.smallest(from, to);
      const other = this.#byAge[rank];
      if (!other) break;
      if (!mayNotMeet(ticket, other)) {
        this.take(rank);
        found = other;
        break;
      }
      // A ticket is passed over at most once for each last opponent in the queue, so this stays O(n log n) in all.
      this.#set(rank, NONE);
      passedOver.push(rank);
    }
    for (const rank of passedOver) this.#set(rank, rank);
    return found;
  }

  #set(rank: number, value: number): void {
    this.#ranks.set(this.#indexOf[rank] ?? 0, value);
  }
}

/** How many of the ascending `values` come before the first for which `isBelow` no longer holds. */
function countBelow(values: readonly number[], isBelow: (value: number) => boolean): number {
  let from = 0;
  let to = values.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isBelow(values[middle] ?? Infinity)) from = middle + 1;
    else to = middle;
  }
  return from;
}
