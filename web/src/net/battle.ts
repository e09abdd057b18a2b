/** One battle as this browser follows it, through drops, reloads and the deaths of servers. */
import type { Room } from '@colyseus/sdk';
import type {
  BattleEnd,
  BattleError,
  BattleEvents,
  BattleStart,
  BattleUpdate,
  Players,
} from '../../../src/rooms/messages.ts';
import type { BattleRequest } from '../../../src/battle/request.ts';
import type { SideId } from '../../../src/battle/ids.ts';
import type { Account } from './account.ts';
import { clientOf } from './client.ts';
import { asApiError } from './http.ts';
import type { StateView } from './state.ts';

export type Link = 'connecting' | 'open' | 'lost';

export interface BattleListener {
  /** Something of what this object shows has changed. */
  readonly changed: () => void;
  /** Lines were added after those with numbers below `from`. */
  lines(from: number): void;
  refused(message: string): void;
}

const AGAIN_MS = 700;
/** A server that answers nothing for so long is looked for anew. */
const SILENCE_MS = 8_000;
const PING_MS = 4_000;

export class LiveBattle {
  readonly id: string;
  side: SideId | null = null;
  players: Players | null = null;
  format = '';
  readonly lines: string[] = [];
  request: BattleRequest | null = null;
  /** The text that was accepted for `request`. */
  accepted: string | null = null;
  end: Pick<BattleEnd, 'winner' | 'reason' | 'ratings'> | null = null;
  link: Link = 'connecting';
  isPaused = false;
  /** Add to this machine's clock to get the server's. */
  skewMs = 0;
  /** There is no such battle, or we may not see it. */
  fault: string | null = null;
  readonly #account: Account;
  readonly #listener: BattleListener;
  #room: Room | null = null;
  #isClosed = false;
  #sent: { readonly rqid: number; readonly choice: string } | null = null;
  #watch = 0;

  constructor(account: Account, id: string, listener: BattleListener) {
    this.#account = account;
    this.id = id;
    this.#listener = listener;
    void this.#join();
  }

  get state(): StateView | null {
    return (this.#room?.state as StateView | undefined)?.sides ? (this.#room!.state as StateView) : null;
  }

  choose(choice: string): void {
    if (!this.request) return;
    this.#sent = { rqid: this.request.rqid, choice };
    this.#room?.send('MOVE', this.#sent);
    this.#listener.changed();
  }

  /** A choice is under way. */
  get isSent(): boolean {
    return this.#sent !== null && this.#sent.rqid === this.request?.rqid;
  }

  forfeit(): void {
    this.#room?.send('FORFEIT', {});
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#watch);
    if (this.#room?.connection.isOpen) void this.#room.leave();
    else if (this.#room) this.#room.reconnection.maxRetries = 0;
  }

  async #join(): Promise<void> {
    while (!this.#isClosed && !this.end) {
      try {
        const room = await clientOf(this.#account).joinById(this.id, { from: this.lines.length });
        return this.#attach(room);
      } catch (error) {
        const { code, details, message } = asApiError(error);
        if (code === 'BATTLE_ENDED') return this.#ended(details as never);
        if (['BATTLE_NOT_FOUND', 'AUTH_FAILED', 'ROOM_FULL', 'FORBIDDEN'].includes(code))
          return this.#failed(message === code ? 'There is no such battle.' : message);
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  #attach(room: Room): void {
    this.#room = room;
    room.reconnection.minUptime = 0;
    const { changed } = this.#listener;
    const on = <K extends keyof BattleEvents>(type: K, take: (payload: BattleEvents[K]) => void): void => {
      room.onMessage(type, (payload: BattleEvents[K]) => {
        take(payload);
        changed();
      });
    };
    on('BATTLE_START', (start) => this.#started(start));
    on('BATTLE_RESTORED', (start) => this.#started(start));
    on('BATTLE_UPDATE', (update) => this.#updated(update));
    on('MOVE_ACCEPTED', ({ rqid, choice }) => {
      if (rqid === this.request?.rqid) this.accepted = choice;
    });
    on('ERROR', (error) => this.#refused(error));
    on('BATTLE_PAUSED', () => (this.isPaused = true));
    on('BATTLE_RESUMED', () => {
      this.isPaused = false;
      this.#resend();
    });
    on('BATTLE_END', (end) => this.#ended(end));
    on('RATINGS', ({ ratings }) => (this.end = this.end && { ...this.end, ratings }));
    for (const type of ['TURN_WARNING', 'OPPONENT_DISCONNECTED', 'OPPONENT_RECONNECTED'] as const)
      on(type, () => {});
    room.onStateChange(changed);
    room.onDrop(() => this.#setLink('lost'));
    room.onLeave(() => {
      if (this.#room !== room || this.#isClosed || this.end) return;
      this.#setLink('lost');
      void this.#join();
    });
    this.#watchOver(room);
  }

  /** The SDK does not notice a server that stands still. */
  #watchOver(room: Room): void {
    clearInterval(this.#watch);
    let heardAt = performance.now();
    this.#watch = window.setInterval(() => {
      if (!room.connection.isOpen || this.end) heardAt = performance.now();
      else if (performance.now() - heardAt > SILENCE_MS) room.connection.close(4010);
      else room.ping(() => (heardAt = performance.now()));
    }, PING_MS);
  }

  #started(start: BattleStart): void {
    this.side = start.side;
    this.players = start.players;
    this.format = start.format;
    this.isPaused = false;
    this.#setLink('open');
    this.#updated(start);
    this.#resend();
  }

  #updated({ from, lines, request, now }: BattleUpdate): void {
    this.skewMs = now - Date.now();
    const known = this.lines.length;
    this.lines.push(...lines.slice(Math.max(0, known - from)));
    if (request && request.rqid !== this.request?.rqid) {
      this.accepted = null;
      this.#sent = null;
    }
    if (request) this.request = request;
    if (this.lines.length > known) this.#listener.lines(known);
  }

  /** Asking again is safe: what was accepted is said to be accepted once more. */
  #resend(): void {
    if (this.isSent && this.accepted === null) this.#room?.send('MOVE', this.#sent!);
  }

  #refused({ code, message, request, rqid }: BattleError): void {
    if (code === 'REDIS_UNAVAILABLE') {
      setTimeout(() => this.#resend(), AGAIN_MS);
      return;
    }
    if (rqid === undefined || rqid === this.request?.rqid) this.#sent = null;
    if (request) this.request = request;
    this.#listener.refused(message);
  }

  #ended(end: NonNullable<LiveBattle['end']>): void {
    this.end = { ...end };
    this.#listener.changed();
  }

  #failed(message: string): void {
    this.fault = message;
    this.#listener.changed();
  }

  #setLink(link: Link): void {
    this.link = link;
    this.#listener.changed();
  }
}
