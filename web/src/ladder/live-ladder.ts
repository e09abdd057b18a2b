/** The top of a ladder as it changes: through its room, and by asking now and then where the room cannot be had. */
import { Client, type Room } from '@colyseus/sdk';
import type { LadderEntry, Page } from '../../../client/src/endure.ts';
import type { LadderEvents, RankChange } from '../../../src/rooms/messages.ts';
import { pathOf, read } from '../net/read.ts';
import type { Account } from '../net/session.ts';

export interface LadderListener {
  /** By rank. `total` counts the whole ladder; null where it is not known. */
  shown(rows: readonly LadderEntry[], total: number | null): void;
  moved(changes: readonly RankChange[]): void;
  linked(isLive: boolean): void;
  failed(why: 'missing' | 'unreachable'): void;
}

/** Entries of the room's state: flat, and in no order. */
interface StateEntry {
  readonly rank: number;
  readonly userId: string;
  readonly name: string;
  readonly elo: number;
  readonly rating: number;
  readonly deviation: number;
  readonly gxe: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

export const LADDER_ROWS = 100;
const AGAIN_MS = 5_000;
/** The user has opened the ladder too often: another window has taken this one's place. */
const DISPLACED = 4000;

export class LiveLadder {
  readonly #format: string;
  readonly #account: Account | null;
  readonly #listener: LadderListener;
  #room: Room | null = null;
  #mayJoin: boolean;
  #isClosed = false;
  #again = 0;

  constructor(format: string, account: Account | null, listener: LadderListener) {
    this.#format = format;
    this.#account = account;
    this.#mayJoin = account !== null;
    this.#listener = listener;
    void this.#follow();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#again);
    if (this.#room) void this.#room.leave();
  }

  /** Read first, as that is there at once and for everybody. */
  async #follow(): Promise<void> {
    const reading = await read<Page<LadderEntry>>(`/ladder${pathOf(this.#format)}?limit=${LADDER_ROWS}`);
    if (this.#isClosed) return;
    if (typeof reading === 'string') this.#listener.failed(reading);
    else this.#listener.shown(reading.found.items, reading.found.total ?? null);
    if (reading === 'missing') return;
    if (!(await this.#joined())) this.#later();
  }

  #later(): void {
    if (this.#isClosed) return;
    this.#again = window.setTimeout(() => {
      if (document.hidden) this.#later();
      else void this.#follow();
    }, AGAIN_MS);
  }

  async #joined(): Promise<boolean> {
    if (!this.#mayJoin || !this.#account) return false;
    try {
      const client = new Client(location.origin);
      client.auth.token = this.#account.token;
      this.#attach(await client.joinOrCreate('ladder', { format: this.#format }));
      return true;
    } catch {
      return false;
    }
  }

  #attach(room: Room): void {
    if (this.#isClosed) return void room.leave();
    this.#room = room;
    // It is read and joined anew instead, which any process can answer.
    room.reconnection.enabled = false;
    room.onMessage('RANK_CHANGES', ({ changes }: LadderEvents['RANK_CHANGES']) =>
      this.#listener.moved(changes),
    );
    room.onMessage('ERROR', () => {});
    room.onStateChange((state: { entries?: Iterable<StateEntry> }) => {
      if (state.entries) this.#listener.shown(rowsOf(state.entries), null);
    });
    room.onLeave((code) => {
      this.#room = null;
      if (code === DISPLACED) this.#mayJoin = false;
      this.#listener.linked(false);
      this.#later();
    });
    this.#listener.linked(true);
  }
}

function rowsOf(entries: Iterable<StateEntry>): LadderEntry[] {
  return Array.from(
    entries,
    ({ rank, userId, name, elo, rating, deviation, gxe, wins, losses, ties }): LadderEntry => ({
      rank,
      user: { id: userId, name },
      elo,
      glicko: { rating, deviation },
      gxe,
      wins,
      losses,
      ties,
    }),
  ).sort((one, other) => one.rank - other.rank);
}
