/**
 * One client with the real Colyseus SDK over real sockets. Queues, plays random legal choices to the end, comes back when
 * dropped, and writes down everything that it was told. Without a side it only watches.
 */
import { Client, type Room } from '@colyseus/sdk';
import { randomChoice } from '../src/battle/legal-choice.ts';
import type { Random } from '../src/battle/random.ts';
import type { BattleRequest } from '../src/battle/request.ts';
import type { BattleError, BattleEvents } from '../src/rooms/messages.ts';
import type { Account } from './accounts.ts';
import { findBattle, joinBattle, patiently } from './queue.ts';
import { teamsFor } from './teams.ts';
import { emptyTranscript, noteAccepted, noteLines, type Transcript } from './transcript.ts';

export interface BotEvents {
  /** It is in its battle, for the first time or once more, and knows its side. */
  joined?(bot: Bot): void;
  /** A choice went out. */
  sent?(bot: Bot, rqid: number): void;
  /** An update brought the request with this number. */
  asked?(bot: Bot, rqid: number): void;
  /** An update brought lines; the room's state is of the same moment. */
  updated?(bot: Bot): void;
  /** A choice of this side was accepted that had not been told before. */
  accepted?(bot: Bot): void;
  /** The sim refused the choice for this request; another one will be sent. */
  refused?(bot: Bot, rqid: number): void;
}

export interface BotOptions {
  readonly url: string;
  readonly account: Account;
  readonly format: string;
  readonly random: Random;
  /** Mean time for a choice, or the least and the most, in milliseconds; 0 answers at once. */
  readonly thinkMs: number | readonly [least: number, most: number];
  readonly events?: BotEvents;
}

/** Even without thinking nobody sends more often: the server takes 80 messages a second from one connection. */
const PACE_MS = 14;
/** With which the SDK takes a connection for lost before the server has heard of it. */
const MAY_RECONNECT = 4010;
/** Until the same choice is sent again after the store was away. */
const AGAIN_MS = 500;

export class Bot {
  readonly transcript: Transcript;
  readonly client: Client;
  room: Room | undefined;
  readonly #options: BotOptions;
  readonly #over = Promise.withResolvers<Transcript>();
  #request: BattleRequest | undefined;
  /** What was last sent, so that the same is sent again when nobody knows whether it arrived. */
  #choice: { readonly rqid: number; readonly text: string } | undefined;
  #sentAt = 0;
  #isHurried = false;
  #isUrged = false;
  #isStopped = false;

  constructor(options: BotOptions) {
    this.#options = options;
    this.transcript = emptyTranscript(options.account.id, options.format);
    this.client = new Client(options.url);
    this.client.auth.token = options.account.token;
    // Not handled where nobody waits for the end.
    this.#over.promise.catch(() => {});
  }

  get account(): Account {
    return this.#options.account;
  }

  /** Resolves with the transcript when the end is known. */
  get over(): Promise<Transcript> {
    return this.#over.promise;
  }

  /** Queues and is matched. Resolves when the battle room is joined. */
  async enter(): Promise<void> {
    const teamId = await patiently(
      () => this.#teamId(),
      (why) => this.#setback(why),
    );
    const { format } = this.#options;
    this.#attach(await findBattle(this.client, { format, teamId }, (why) => this.#setback(why)));
  }

  /** Joins a running battle. False when it is over. */
  async join(battleId: string): Promise<boolean> {
    const room = await joinBattle(this.client, battleId, (why) => this.#setback(why));
    if (room && this.#isStopped) void room.leave();
    else if (room) this.#attach(room);
    return room !== null;
  }

  /** From the next request on it does not think. */
  hurry(): void {
    this.#isHurried = true;
  }

  /** Whether the battle waits for a choice of this side that is not known to be accepted. */
  get owes(): boolean {
    const request = this.#request;
    if (!request || request.wait || this.transcript.end) return false;
    return !this.transcript.accepted.some(({ rqid }) => rqid === request.rqid);
  }

  /** Sends what it owes at once, and again whenever it is back, without thinking, until a choice is accepted. */
  urge(): void {
    this.#isUrged = true;
    if (this.owes) this.#again();
  }

  /** Loses its connection, and is left to the SDK. */
  drop(): void {
    this.room?.connection.close(MAY_RECONNECT);
  }

  /** Leaves for good. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.room?.connection.isOpen) await this.room.leave();
    // The SDK cannot be told to stop trying.
    else if (this.room) this.room.reconnection.maxRetries = 0;
  }

  #attach(room: Room): void {
    this.room = room;
    this.transcript.battleId = room.roomId;
    room.onMessage('BATTLE_START', (start: BattleEvents['BATTLE_START']) => this.#started(start));
    room.onMessage('BATTLE_RESTORED', (start: BattleEvents['BATTLE_RESTORED']) => {
      this.transcript.cameBackBySdk++;
      this.#started(start);
    });
    room.onMessage('BATTLE_UPDATE', (update: BattleEvents['BATTLE_UPDATE']) => this.#updated(update));
    room.onMessage('MOVE_ACCEPTED', (accepted: BattleEvents['MOVE_ACCEPTED']) => {
      if (!noteAccepted(this.transcript, accepted)) return;
      this.#isUrged = false;
      this.#options.events?.accepted?.(this);
    });
    room.onMessage('ERROR', (error: BattleError) => this.#refused(error));
    room.onMessage('BATTLE_RESUMED', () => this.#again());
    for (const type of ['TURN_WARNING', 'OPPONENT_DISCONNECTED', 'OPPONENT_RECONNECTED', 'BATTLE_PAUSED'])
      room.onMessage(type, () => {});
    room.onMessage('BATTLE_END', (end: BattleEvents['BATTLE_END']) => this.#ended(end));
    room.onLeave((code) => {
      this.#comeBack(code).catch((error: unknown) => this.#over.reject(error));
    });
  }

  async #teamId(): Promise<string | undefined> {
    const { format, random } = this.#options;
    const teams = teamsFor(format);
    if (teams.length === 0) return undefined;
    const { data } = await this.client.http.get('/teams');
    const own = (data as { items: { id: string; format: string }[] }).items.find(
      (team) => team.format === format,
    );
    if (own) return own.id;
    const team = teams[Math.floor(random() * teams.length)];
    const made = await this.client.http.post('/teams', { body: { name: 'A team', format, team } });
    return (made.data as { id: string }).id;
  }

  #started({ side, from, lines, request }: BattleEvents['BATTLE_START']): void {
    this.transcript.side = side;
    noteLines(this.transcript, from, lines);
    this.#options.events?.joined?.(this);
    this.#request = request;
    if (request) this.#answer(request);
  }

  #updated({ from, lines, request }: BattleEvents['BATTLE_UPDATE']): void {
    const { events } = this.#options;
    noteLines(this.transcript, from, lines);
    if (lines.length > 0) events?.updated?.(this);
    if (!request) return;
    events?.asked?.(this, request.rqid);
    this.#answer(request);
  }

  #answer(request: BattleRequest): void {
    this.#request = request;
    if (request.wait || this.transcript.end) return;
    const thought = thoughtMs(this.#options.thinkMs, this.#options.random());
    const thinkMs = this.#isHurried || this.#isUrged ? 0 : thought;
    const pause = Math.max(thinkMs, this.#sentAt + PACE_MS - performance.now());
    // Not by itself a reason for the process to stay.
    if (pause > 0) setTimeout(() => this.#send(request), pause).unref();
    else this.#send(request);
  }

  #send(request: BattleRequest): void {
    const { rqid } = request;
    if (this.#request !== request || this.#isStopped || !this.room?.connection.isOpen) return;
    if (this.#choice?.rqid !== rqid)
      this.#choice = { rqid, text: randomChoice(request, this.#options.random) };
    this.#options.events?.sent?.(this, rqid);
    this.#sentAt = performance.now();
    this.transcript.choices++;
    this.room.send('MOVE', { choice: this.#choice.text, rqid });
  }

  #again(): void {
    if (this.#request) this.#answer(this.#request);
  }

  #refused(error: BattleError): void {
    this.transcript.errors.push(error);
    if (error.code === 'REDIS_UNAVAILABLE') setTimeout(() => this.#again(), AGAIN_MS);
    if (error.code !== 'INVALID_MOVE' || !error.request) return;
    this.#choice = undefined;
    this.#options.events?.refused?.(this, error.request.rqid);
    this.#answer(error.request);
  }

  #ended(end: BattleEvents['BATTLE_END']): void {
    this.transcript.end = end;
    this.#over.resolve(this.transcript);
  }

  /** Whoever tries again says so here first, and is told when there is nothing to try for any more. */
  #setback(why: string): void {
    if (this.#isStopped) throw new Error(`stopped, after ${why}`);
    this.transcript.setbacks.push(why);
  }

  /** After the SDK has given up. */
  async #comeBack(code: number): Promise<void> {
    if (this.#isStopped || this.transcript.end) return;
    this.#setback(`CLOSED ${code}`);
    this.transcript.joinedAgain++;
    if (!(await this.join(this.transcript.battleId))) await this.#lookUpEnd();
  }

  /** The battle ended while we were away. */
  async #lookUpEnd(): Promise<void> {
    const { battleId } = this.transcript;
    const { data } = await patiently(
      () => this.client.http.get(`/battles/${battleId}`),
      (why) => this.#setback(why),
    );
    const { winner, reason } = data as Pick<BattleEvents['BATTLE_END'], 'winner' | 'reason'>;
    this.transcript.isEndLookedUp = true;
    this.#ended({ battleId, winner, reason });
  }
}

function thoughtMs(thinkMs: BotOptions['thinkMs'], drawn: number): number {
  const [least, most] = typeof thinkMs === 'number' ? [0.5 * thinkMs, 1.5 * thinkMs] : thinkMs;
  return least + (most - least) * drawn;
}
