/** The connections to a room by their users, of whom each may have so many. */
import type { Client, Room } from '@colyseus/core';
import type { Identity } from '../auth/token.ts';
import type { UserId } from '../battle/ids.ts';
import { CLOSE, sendFrame } from './wire.ts';

type Connected = Client<{ auth: Identity }>;

export class UserConnections<C extends Connected> {
  readonly #room: Pick<Room, 'kickClient'>;
  readonly #most: number;
  readonly #byUser = new Map<UserId, C[]>();

  /** `most`: of one user. */
  constructor(room: Pick<Room, 'kickClient'>, most: number) {
    this.#room = room;
    this.#most = most;
  }

  /** One too many closes the user's oldest. */
  add(client: C): void {
    const { id } = client.auth!;
    const earlier = this.of(id);
    this.#byUser.set(id, [...earlier, client]);
    if (earlier.length >= this.#most) this.#room.kickClient(earlier[0]!.sessionId, CLOSE.OVER);
  }

  remove(client: C): void {
    const { id } = client.auth!;
    const left = this.of(id).filter((other) => other !== client);
    if (left.length > 0) this.#byUser.set(id, left);
    else this.#byUser.delete(id);
  }

  has(userId: UserId): boolean {
    return this.#byUser.has(userId);
  }

  /** From the oldest on. */
  of(userId: UserId): readonly C[] {
    return this.#byUser.get(userId) ?? [];
  }
}

/** `frame` as `encodeMessage` makes it. Who does not read what was sent before is closed instead. */
export function sendAll(room: Pick<Room, 'kickClient'>, clients: readonly Client[], frame: Buffer): void {
  for (const client of clients) if (!sendFrame(client, frame)) room.kickClient(client.sessionId, CLOSE.MOVED);
}
