/** A user with the real SDK who stays in the queue's room and plays one short battle after the other. */
import { Client, type Room } from '@colyseus/sdk';
import type { Account } from '../../loadtest/accounts.ts';
import type { BattleRequest } from '../../src/battle/request.ts';

/** Decision points until `p1` gives up. */
const ANSWERS = 2;

/** What to ask after a refusal that passes: on a machine with much to do a store may be too slow for a seat. */
const AGAIN: Readonly<Record<string, 'JOIN_QUEUE' | 'REJOIN'>> = {
  ALREADY_IN_BATTLE: 'REJOIN',
  BATTLE_NOT_FOUND: 'JOIN_QUEUE',
  REDIS_UNAVAILABLE: 'JOIN_QUEUE',
};
const AGAIN_MS = 500;

interface Start {
  readonly side: 'p1' | 'p2';
  readonly request?: BattleRequest;
}

export class ShortPlayer {
  readonly #client: Client;
  readonly #format: string;

  constructor(url: string, { token }: Account, format: string) {
    this.#client = new Client(url);
    this.#client.auth.token = token;
    this.#format = format;
  }

  /** Plays until `over` resolves, and a battle that it was matched for to its end. `onEnd` hears of each battle once. */
  async play(over: Promise<unknown>, onEnd: () => void): Promise<void> {
    const queue = await this.#client.joinOrCreate('matchmaking');
    for (let seat = await this.#match(queue, over); seat !== null; seat = await this.#match(queue, over))
      if (await this.#playOne(seat)) onEnd();
    await queue.leave();
  }

  /** A seat; null when it is over and nobody was found. */
  #match(queue: Room, over: Promise<unknown>): Promise<unknown> {
    const matched = Promise.withResolvers<unknown>();
    const joined = Promise.withResolvers<void>();
    let isWaiting = true;
    const settled = matched.promise.finally(() => (isWaiting = false));
    queue.removeAllListeners();
    queue.onMessage('*', () => {});
    queue.onMessage('QUEUE_JOINED', () => joined.resolve());
    queue.onMessage('MATCH_FOUND', ({ seat }: { seat: unknown }) => matched.resolve(seat));
    queue.onMessage('ERROR', ({ code }: { code: string }) => {
      const again = AGAIN[code];
      if (!again) matched.reject(new Error(code));
      else setTimeout(() => queue.send(again, again === 'REJOIN' ? {} : { format: this.#format }), AGAIN_MS);
    });
    queue.onMessage('QUEUE_LEFT', ({ reason }: { reason: string }) => {
      if (reason === 'left') matched.resolve(null);
    });
    queue.send('JOIN_QUEUE', { format: this.#format });
    // Once, for the ticket that is waited for: those of the battles before would make hundreds of messages at a blow.
    void Promise.all([joined.promise, over]).then(() => {
      if (isWaiting) queue.send('LEAVE_QUEUE', {});
    });
    return settled;
  }

  /** Answers whether it sat at `p1`. */
  async #playOne(seat: unknown): Promise<boolean> {
    const room: Room = await this.#client.consumeSeatReservation(seat as never);
    const ended = Promise.withResolvers<void>();
    let side = 'p2';
    const answer = (request: BattleRequest | undefined): void => {
      if (!request) return;
      if (request.rqid > ANSWERS && side === 'p1') room.send('FORFEIT', {});
      else if (!request.wait) room.send('MOVE', { choice: 'default', rqid: request.rqid });
    };
    room.onMessage('*', () => {});
    room.onMessage('BATTLE_START', (start: Start) => {
      side = start.side;
      answer(start.request);
    });
    room.onMessage('BATTLE_UPDATE', ({ request }: { request?: BattleRequest }) => answer(request));
    room.onMessage('BATTLE_END', () => ended.resolve());
    await ended.promise;
    await room.leave();
    return side === 'p1';
  }
}
