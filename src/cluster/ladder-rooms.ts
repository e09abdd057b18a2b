/** The ladder rooms of this process: one for each format that is watched through it, made when the first one asks. */
import { matchMaker, type IRoomCache } from '@colyseus/core';
import type { Identity } from '../auth/token.ts';
import type { FormatId } from '../battle/ids.ts';
import { CodedError } from '../errors.ts';
import type { Seat } from '../rooms/messages.ts';
import { CLOSE } from '../rooms/wire.ts';

/** A room may go between being found and being asked for a seat. */
const TRIES = 2;

export class LadderRooms {
  readonly #rooms = new Map<FormatId, Promise<IRoomCache>>();
  readonly #formats = new Map<string, FormatId>();
  #isClosed = false;

  /** Of the rooms that are there. */
  get ids(): readonly string[] {
    return [...this.#formats.keys()];
  }

  /** null: no such ladder room here. */
  formatOf(roomId: string): FormatId | null {
    return this.#formats.get(roomId) ?? null;
  }

  /** `format` must be one that is on offer. Rejects with `SERVER_DRAINING` or `StoreAway`. */
  async seat(format: FormatId, identity: Identity): Promise<Seat> {
    for (let tries = 0; tries < TRIES && !this.#isClosed; tries++) {
      const listing = await this.#room(format);
      try {
        return (await matchMaker.reserveSeatFor(listing, {}, identity)) as unknown as Seat;
      } catch {
        this.disposed(listing.roomId);
      }
    }
    throw new CodedError('SERVER_DRAINING');
  }

  /** The next one who asks gets another room. */
  disposed(roomId: string): void {
    const format = this.#formats.get(roomId);
    this.#formats.delete(roomId);
    if (format !== undefined) this.#rooms.delete(format);
  }

  /** Sends everybody away, to watch through another process. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const rooms = await Promise.allSettled(this.#rooms.values());
    const ids = rooms.flatMap((room) => (room.status === 'fulfilled' ? [room.value.roomId] : []));
    await Promise.all(ids.map((id) => matchMaker.getLocalRoomById(id)?.disconnect(CLOSE.MOVED)));
  }

  #room(format: FormatId): Promise<IRoomCache> {
    const known = this.#rooms.get(format);
    if (known) return known;
    const made = matchMaker.handleCreateRoom('ladder', { format });
    this.#rooms.set(format, made);
    made.then(
      ({ roomId }) => this.#formats.set(roomId, format),
      () => this.#rooms.delete(format),
    );
    return made;
  }
}
