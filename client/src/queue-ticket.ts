/** A place in a queue until it is a battle. It is asked for again wherever it is lost on the way. */
import type { Client, Room } from '@colyseus/sdk';
import { Battle, type BattleOptions } from './battle.ts';
import { Emitter } from './emitter.ts';
import { closed, EndureError, toEndureError } from './errors.ts';
import type { Http } from './http.ts';
import type { BotKind, MatchmakingEvents, MatchmakingPayload, Seat } from './protocol.ts';
import { listening, RoomLink, type ConnectionStatus } from './room-link.ts';

type Placing = MatchmakingEvents['QUEUE_JOINED'];

export interface QueueEventMap {
  /** Told once. */
  joined: Placing;
  /** Told with each change; 0 is paired. */
  position: Placing;
  matched: Battle;
  /** Left, by `cancel` or in another window of the same user. */
  left: Readonly<Record<string, never>>;
  /** The server refuses the place, or the battle. There will be none. */
  error: EndureError;
  connection: ConnectionStatus;
}

export interface QueueOptions {
  readonly format: string;
  readonly teamId?: string;
  /** Against the server's own player, at once. */
  readonly bot?: BotKind;
  readonly sdk: Client;
  readonly http: Http;
  /** Gets into a battle. */
  readonly enter: (battle: Pick<BattleOptions, 'id' | 'seat'>) => Promise<Battle>;
}

export class QueueTicket extends Emitter<QueueEventMap> {
  readonly format: string;
  readonly #options: QueueOptions;
  readonly #link: RoomLink;
  #settle!: { readonly resolve: (battle: Battle) => void; readonly reject: (error: EndureError) => void };
  #isAsking = false;
  #isEntering = false;
  #isOver = false;
  #placing: Placing | null = null;

  /** Resolves with the battle. Rejects as `error` and `left` tell. */
  readonly battle: Promise<Battle> = new Promise((resolve, reject) => {
    this.#settle = { resolve, reject };
  });

  constructor(options: QueueOptions) {
    super();
    // Who listens to the events does not need to handle it.
    this.battle.catch(() => {});
    this.format = options.format;
    this.#options = options;
    this.#link = new RoomLink({
      sdk: options.sdk,
      // The place does not come back with the seat.
      keepsSeat: false,
      reserve: () => options.http.seat('joinOrCreate', 'matchmaking', {}),
      attach: (room) => this.#attach(room),
      changed: (status) => {
        this.emit('connection', status);
        if (status === 'connected') void this.#queueUp();
      },
      lost: (error) => this.#fail(error),
    });
  }

  /** null until the server has told it. */
  get placing(): Placing | null {
    return this.#placing;
  }

  /** Leaves the queue. Rejects where it is too late for that; then the battle comes. */
  async cancel(): Promise<void> {
    // The server forgets a place whose user is away.
    if (this.#link.status === 'connected' && !this.#isOver) await this.#link.ask('LEAVE_QUEUE', {});
    this.#left();
  }

  /** At once; the server forgets the place. */
  close(): void {
    this.#over();
    this.#settle.reject(closed());
  }

  #attach(room: Room): void {
    const on = listening<MatchmakingEvents>(room);
    on('QUEUE_JOINED', (placing) => this.#placed(placing));
    on('QUEUE_LEFT', ({ format, reason }) => {
      if (format !== this.format) return;
      if (reason === 'left') this.#left();
      else if (reason === 'disconnected') void this.#queueUp();
    });
    on('MATCH_FOUND', ({ battleId, seat }) => void this.#enter(battleId, seat));
    // What is asked is answered; this comes unasked, where the match was made while we were away.
    on('ERROR', ({ code, details }) => {
      if (code === 'ALREADY_IN_BATTLE') void this.#enter(String(details?.['battleId']));
    });
  }

  async #queueUp(): Promise<void> {
    if (this.#isAsking || this.#isEntering) return;
    this.#isAsking = true;
    const { format, teamId, bot } = this.#options;
    const payload: MatchmakingPayload<'JOIN_QUEUE'> = { format, ...(teamId !== undefined && { teamId }) };
    try {
      // Said twice it finds the battle that the first one began.
      if (bot) await this.#link.ask('PLAY_BOT', { ...payload, bot });
      else await this.#link.ask('JOIN_QUEUE', payload);
    } catch (error) {
      this.#refused(toEndureError(error));
    } finally {
      this.#isAsking = false;
    }
  }

  #refused(error: EndureError): void {
    const { code, details } = error;
    if (code === 'ALREADY_IN_BATTLE') void this.#enter(String(details['battleId']));
    // The place of another window, or one whose confirmation was lost: it is told to all connections of the user.
    else if (code !== 'ALREADY_IN_QUEUE' || details['format'] !== this.format) this.#fail(error);
  }

  #placed(placing: Placing): void {
    if (this.#isOver || placing.format !== this.format) return;
    const isFirst = this.#placing === null;
    this.#placing = placing;
    this.emit(isFirst ? 'joined' : 'position', placing);
  }

  /** `seat`: without one the battle is one that we are said to be in already. */
  async #enter(id: string, seat?: Seat): Promise<void> {
    if (this.#isEntering || this.#isOver) return;
    this.#isEntering = true;
    try {
      const battle = await this.#options.enter({ id, ...(seat && { seat }) });
      if (this.#isOver) return;
      this.#over();
      this.emit('matched', battle);
      this.#settle.resolve(battle);
    } catch (error) {
      this.#isEntering = false;
      const coded = toEndureError(error);
      // It has ended in between, so that the queue is open.
      if (!seat && coded.code === 'BATTLE_ENDED') void this.#queueUp();
      else this.#fail(coded);
    }
  }

  #left(): void {
    if (this.#isOver) return;
    this.#over();
    this.emit('left', {});
    this.#settle.reject(closed());
  }

  #fail(error: EndureError): void {
    if (this.#isOver) return;
    this.#over();
    this.emit('error', error);
    this.#settle.reject(error);
  }

  #over(): void {
    this.#isOver = true;
    this.#link.close();
  }
}
