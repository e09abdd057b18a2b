/** One battle as one user sees it, from a side or as a spectator, over however many connections. */
import type { Client, Room } from '@colyseus/sdk';
import type { BattleState } from './battle-state.ts';
import { Emitter } from './emitter.ts';
import { closed, EndureError, toEndureError } from './errors.ts';
import type { Http } from './http.ts';
import { Lines } from './lines.ts';
import { missedEnd } from './missed-end.ts';
import type {
  BattleEnd,
  BattleEvents,
  BattlePayload,
  BattleRequest,
  BattleStart,
  BattleUpdate,
  JoinOptions,
  Notification,
  Players,
  Ratings,
  Seat,
  SideId,
} from './protocol.ts';
import { listening, RoomLink, type ConnectionStatus } from './room-link.ts';

export interface BattleEventMap {
  /** Those that are next in order, each once. `autoMove`: sides whose choice the server drew. */
  lines: { readonly from: number; readonly lines: readonly string[]; readonly autoMove: readonly SideId[] };
  /** There is something to choose; once for each number. */
  request: BattleRequest;
  /** A choice of this side is in, from whichever of its connections. */
  accepted: BattleEvents['MOVE_ACCEPTED'];
  /** `timeoutMs`: how long an absent opponent has to come back. */
  opponent: { readonly isConnected: boolean; readonly timeoutMs: number };
  warning: { readonly secondsRemaining: number };
  /** The server's store is away, and the clocks stand still. */
  paused: BattleEvents['BATTLE_PAUSED'];
  resumed: BattleEvents['BATTLE_RESUMED'];
  state: BattleState;
  ended: BattleEnd;
  /** Where the ratings could not be told with the end. */
  ratings: Ratings;
  notification: Notification;
  connection: ConnectionStatus;
}

export interface BattleOptions {
  readonly sdk: Client;
  readonly http: Http;
  readonly id: string;
  readonly userId: string;
  /** For the first connection, where the server has given one already. */
  readonly seat?: Seat;
}

interface Entered {
  readonly resolve: (battle: Battle) => void;
  readonly reject: (error: Error) => void;
}

export class Battle extends Emitter<BattleEventMap> {
  readonly id: string;
  readonly #options: BattleOptions;
  readonly #link: RoomLink;
  readonly #lines = new Lines();
  readonly #entered: Entered;
  #start: BattleStart | undefined;
  #request: BattleRequest | null = null;
  #lastRequest: BattleRequest | null = null;
  #accepted: BattleEvents['MOVE_ACCEPTED'] | undefined;
  /** Number of the request that is being answered. */
  #choosing = 0;
  /** Settles when the last choice is answered. One that is asked again after a later one would be stale. */
  #answered: Promise<unknown> = Promise.resolve();
  #end: BattleEnd | null = null;
  #ahead = 0;
  #seat: Seat | undefined;

  /** Resolves when the server has told how it stands. Rejects when there is no getting in. */
  static enter(options: BattleOptions, opened: (battle: Battle) => void): Promise<Battle> {
    return new Promise((resolve, reject) => opened(new Battle(options, { resolve, reject })));
  }

  private constructor(options: BattleOptions, entered: Entered) {
    super();
    this.id = options.id;
    this.#options = options;
    this.#entered = entered;
    this.#seat = options.seat;
    this.#link = new RoomLink({
      sdk: options.sdk,
      keepsSeat: true,
      reserve: () => this.#reserve(),
      attach: (room) => this.#attach(room),
      changed: (status) => {
        // The room goes away some time after the end.
        if (!this.#end) this.emit('connection', status);
      },
      lost: (error) => void this.#lost(error),
    });
  }

  get format(): string {
    return this.#start!.format;
  }

  /** null for a spectator. */
  get side(): SideId | null {
    return this.#start!.side;
  }

  get players(): Players {
    return this.#start!.players;
  }

  /** Public facts. It is another object after a reconnection that needed a new seat. */
  get state(): BattleState {
    return this.#link.room!.state as BattleState;
  }

  /** Everything that this user was shown, by number. */
  get lines(): readonly string[] {
    return this.#lines.all;
  }

  /** What this side has to answer; null while there is nothing to choose. */
  get request(): BattleRequest | null {
    return this.#request;
  }

  /** What was asked last, answered or not, also where this side only waits: it shows the own team. */
  get lastRequest(): BattleRequest | null {
    return this.#lastRequest;
  }

  /** null while it is played. */
  get end(): BattleEnd | null {
    return this.#end;
  }

  get connection(): ConnectionStatus {
    return this.#link.status;
  }

  /** Milliseconds since the epoch by the server's clock, to compare with the times in the state. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  /**
   * Answers the open request with Showdown choice text: `move 1`, `switch 3`, `team 1234`, `default`. Resolves when the
   * choice is in the battle's log, also if connection and server are lost in between. Rejects with `INVALID_MOVE` and the
   * request to answer (`error.request`), or with why there is nothing to answer.
   */
  async choose(text: string): Promise<void> {
    const request = this.#request;
    if (this.#end) throw refusal('BATTLE_ENDED', 'The battle is over.');
    if (!request || this.#choosing === request.rqid)
      throw refusal('NOT_YOUR_TURN', 'No choice of yours is open.');
    const { rqid } = request;
    this.#choosing = rqid;
    try {
      const asked = this.#answered.then(() => this.#ask('MOVE', { choice: text, rqid }));
      this.#answered = asked.catch(() => {});
      await asked;
      this.#settle(rqid);
    } catch (error) {
      const coded = toEndureError(error);
      if (coded.request && this.#request?.rqid === rqid) this.#lastRequest = this.#request = coded.request;
      // It was taken, the answer was lost, and the battle has gone on since.
      if (this.#accepted?.rqid === rqid && this.#accepted.choice === text) return;
      throw coded;
    } finally {
      if (this.#choosing === rqid) this.#choosing = 0;
    }
  }

  /** Resolves when the battle is lost by it, or over. */
  async forfeit(): Promise<void> {
    try {
      await this.#ask('FORFEIT', {});
    } catch (error) {
      if (toEndureError(error).code !== 'BATTLE_ENDED') throw error;
    }
  }

  /** Leaves. A player who does not come back in time loses. */
  close(): void {
    this.#link.close();
    this.#entered.reject(closed());
  }

  async #ask<K extends 'MOVE' | 'FORFEIT'>(type: K, payload: BattlePayload<K>): Promise<void> {
    try {
      await this.#link.ask(type, payload);
    } catch (error) {
      throw this.#end ? refusal('BATTLE_ENDED', 'The battle is over.') : error;
    }
  }

  async #reserve(): Promise<Seat> {
    const seat = this.#seat;
    this.#seat = undefined;
    const from = this.#lines.all.length;
    return (
      seat ?? this.#options.http.seat('joinById', this.id, (from > 0 ? { from } : {}) satisfies JoinOptions)
    );
  }

  #attach(room: Room): void {
    const on = listening<BattleEvents>(room);
    on('BATTLE_START', (start) => this.#started(start));
    on('BATTLE_RESTORED', (start) => this.#started(start));
    on('BATTLE_UPDATE', (update) => this.#told(update));
    on('MOVE_ACCEPTED', (accepted) => {
      this.#accepted = accepted;
      this.#settle(accepted.rqid);
      this.emit('accepted', accepted);
    });
    on('OPPONENT_DISCONNECTED', ({ timeoutMs }) => this.emit('opponent', { isConnected: false, timeoutMs }));
    on('OPPONENT_RECONNECTED', () => this.emit('opponent', { isConnected: true, timeoutMs: 0 }));
    on('TURN_WARNING', ({ secondsRemaining }) => this.emit('warning', { secondsRemaining }));
    on('BATTLE_PAUSED', (paused) => this.emit('paused', paused));
    on('BATTLE_RESUMED', (resumed) => this.emit('resumed', resumed));
    on('BATTLE_END', (end) => this.#ended(end));
    on('RATINGS', ({ ratings }) => this.emit('ratings', ratings));
    on('NOTIFICATION', (notification) => this.emit('notification', notification));
    // Refusals come as answers to what was asked.
    on('ERROR', () => {});
    room.onStateChange((state: unknown) => this.emit('state', state as BattleState));
  }

  #started(start: BattleStart): void {
    this.#start = start;
    this.#told(start);
    this.#entered.resolve(this);
  }

  #told({ from, lines, request, now, autoMove = [] }: BattleUpdate): void {
    this.#ahead = now - Date.now();
    const fresh = this.#lines.add(from, lines);
    if (fresh === null) this.#link.room!.send('REQUEST_STATE', this.#missing());
    else if (fresh.lines.length > 0) this.emit('lines', { ...fresh, autoMove });
    if (request) this.#asked(request);
  }

  #missing(): BattlePayload<'REQUEST_STATE'> {
    return { from: this.#lines.all.length };
  }

  #asked(request: BattleRequest): void {
    const isKnown = this.#lastRequest?.rqid === request.rqid;
    this.#lastRequest = request;
    this.#request = request.wait || this.#accepted?.rqid === request.rqid ? null : request;
    if (this.#request && !isKnown) this.emit('request', request);
  }

  #settle(rqid: number): void {
    if (this.#request?.rqid === rqid) this.#request = null;
  }

  #ended(end: BattleEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#request = null;
    this.emit('ended', end);
  }

  async #lost(error: EndureError): Promise<void> {
    this.#entered.reject(error);
    if (error.code !== 'BATTLE_ENDED' || !this.#start || this.#end) return;
    const { http, userId } = this.#options;
    const { end, lines } = await missedEnd(http, error, this.#start, userId);
    const fresh = this.#lines.add(0, lines);
    if (fresh && fresh.lines.length > 0) this.emit('lines', { ...fresh, autoMove: [] });
    this.#ended(end);
  }
}

function refusal(code: 'BATTLE_ENDED' | 'NOT_YOUR_TURN', message: string): EndureError {
  return new EndureError({ code, message, recoverable: code !== 'BATTLE_ENDED' });
}
