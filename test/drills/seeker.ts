/**
 * One user who wants one battle: an SDK client that queues, comes back through the proxy whenever the connection is lost,
 * and writes down what it was told and when it was connected. Some give up on the way, with or without a word.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Room } from '@colyseus/sdk';
import type { Account } from '../../loadtest/accounts.ts';
import type { ErrorBody } from '../../src/errors.ts';
import type { MatchmakingEvents } from '../../src/rooms/messages.ts';

/** What a user does once in the queue. */
export type Fate = 'stays' | 'leaves' | 'vanishes';

/** When a connection began and ended, milliseconds since the epoch. */
export interface Presence {
  readonly from: number;
  to: number;
}

export interface SeekerOptions {
  readonly url: string;
  readonly account: Account;
  readonly format: string;
  readonly fate: Fate;
  /** From being in the queue to leaving or vanishing, in milliseconds. */
  readonly patienceMs: number;
}

const RETRY_MS = 250;
/** Who is back by then has his place: a ticket lives for 10 s, and was renewed up to 1 s before its process died. */
const PLACE_MS = 8_000;
/** Refusals that pass by themselves. */
const PASSING = new Set(['REDIS_UNAVAILABLE', 'RATE_LIMITED', 'SERVER_DRAINING', 'SERVER_ERROR']);

export class Seeker {
  readonly fate: Fate;
  readonly presences: Presence[] = [];
  /** Battles that it was told of, with the opponent where that was said. */
  readonly told = new Map<string, string | undefined>();
  /** What it said and was told, each with the milliseconds since the epoch. */
  readonly diary: string[] = [];
  /** What should not have been said. */
  readonly faults: string[] = [];
  /** How often it lost a connection and came back. */
  returns = 0;
  /** How often it was told the old place after that. */
  placesKept = 0;
  /** From then on it is owed no place: the server may have taken the ticket away, and died before it said so. */
  hasAskedToLeave = false;
  /** Whether the server confirmed that it has left. */
  hasLeft = false;
  /** Milliseconds from first asking to being told of a battle. */
  waitedMs = 0;
  readonly #options: SeekerOptions;
  readonly #client: Client;
  readonly #over = Promise.withResolvers<void>();
  #room: Room | undefined;
  #joinedAt: number | undefined;
  #isOver = false;
  #isGivingUp = false;

  constructor(options: SeekerOptions) {
    this.#options = options;
    this.fate = options.fate;
    this.#client = new Client(options.url);
    this.#client.auth.token = options.account.token;
  }

  get id(): string {
    return this.#options.account.id;
  }

  get format(): string {
    return this.#options.format;
  }

  get isConnected(): boolean {
    return this.#room?.connection.isOpen ?? false;
  }

  /** Whether it was last told a place. */
  get isWaiting(): boolean {
    return this.isConnected && this.#joinedAt !== undefined && this.told.size === 0;
  }

  /** Resolves when it has a battle, has left, has vanished or was stopped. */
  async seek(): Promise<void> {
    const startedAt = performance.now();
    while (!this.#isOver) {
      const room = await this.#join();
      if (room) await this.#wait(room);
      await Promise.race([sleep(RETRY_MS), this.#over.promise]);
    }
    if (this.told.size > 0) this.waitedMs = performance.now() - startedAt;
  }

  /** Goes without a word. */
  stop(): void {
    this.#isOver = true;
    this.#over.resolve();
    this.#room?.connection.close();
  }

  async #join(): Promise<Room | null> {
    try {
      return await this.#client.joinOrCreate('matchmaking');
    } catch {
      return null;
    }
  }

  /** Resolves when the connection is gone. */
  async #wait(room: Room): Promise<void> {
    const presence = { from: Date.now(), to: Infinity };
    this.#note(`connected to ${room.roomId}`);
    this.presences.push(presence);
    if (this.presences.length > 1) this.returns++;
    this.#room = room;
    room.reconnection.enabled = false;
    const closed = new Promise<void>((resolve) => {
      room.onLeave(() => resolve());
    });
    room.onMessage('QUEUE_JOINED', (joined: MatchmakingEvents['QUEUE_JOINED']) => this.#placed(joined));
    room.onMessage('QUEUE_LEFT', (left: MatchmakingEvents['QUEUE_LEFT']) => this.#left(left));
    room.onMessage('MATCH_FOUND', ({ battleId, opponent }: MatchmakingEvents['MATCH_FOUND']) => {
      if (opponent.id === this.id) this.faults.push(`is to meet itself in ${battleId}`);
      this.#found(battleId, opponent.id);
    });
    room.onMessage('ERROR', (error: ErrorBody) => void this.#refused(error));
    if (this.#isOver) room.connection.close();
    else this.#ask();
    await closed;
    presence.to = Date.now();
    this.#note('cut off');
    this.#room = undefined;
  }

  #note(what: string): void {
    this.diary.push(`${Date.now()} ${what}`);
  }

  #ask(): void {
    if (this.#isOver || !this.isConnected) return;
    this.#note('JOIN_QUEUE');
    this.#room?.send('JOIN_QUEUE', { format: this.#options.format });
  }

  #placed({ joinedAt, position }: MatchmakingEvents['QUEUE_JOINED']): void {
    this.#note(`QUEUE_JOINED ${position} since ${joinedAt}`);
    const gapMs = (this.presences.at(-1)?.from ?? 0) - (this.presences.at(-2)?.to ?? -Infinity);
    const isBack = this.#joinedAt !== undefined && gapMs < PLACE_MS && !this.hasAskedToLeave;
    if (isBack && joinedAt !== this.#joinedAt) this.faults.push(`lost its place after ${gapMs} ms`);
    else if (isBack) this.placesKept++;
    this.#joinedAt = joinedAt;
    if (this.fate !== 'stays') this.#giveUpLater();
  }

  #left({ reason }: MatchmakingEvents['QUEUE_LEFT']): void {
    this.#note(`QUEUE_LEFT ${reason}`);
    // The place is to be found again after a shutdown.
    if (reason === 'matched' || reason === 'shutdown') return;
    this.#joinedAt = undefined;
    if (reason !== 'left') {
      this.#ask();
      return;
    }
    this.hasLeft = true;
    this.stop();
  }

  #found(battleId: string, opponent: string | undefined): void {
    this.#note(`found ${battleId}`);
    if (this.hasLeft) this.faults.push(`has left and is told of ${battleId}`);
    this.told.set(battleId, opponent);
    this.stop();
  }

  async #refused({ code, details }: ErrorBody): Promise<void> {
    this.#note(`ERROR ${code}`);
    if (code === 'ALREADY_IN_BATTLE') {
      this.#found((details as { battleId: string }).battleId, undefined);
      return;
    }
    if (!PASSING.has(code)) this.faults.push(`is refused with ${code}`);
    await sleep((details as { retryAfterMs?: number } | undefined)?.retryAfterMs ?? RETRY_MS);
    this.#ask();
  }

  #giveUpLater(): void {
    if (this.#isGivingUp) return;
    this.#isGivingUp = true;
    setTimeout(() => {
      if (this.fate === 'vanishes') this.stop();
      else this.#sayGoodbye();
    }, this.#options.patienceMs).unref();
  }

  /** Until it is heard: the process may die meanwhile. */
  #sayGoodbye(): void {
    if (this.#isOver) return;
    if (this.isConnected) {
      this.#note('LEAVE_QUEUE');
      this.hasAskedToLeave = true;
      this.#room?.send('LEAVE_QUEUE', {});
    }
    setTimeout(() => this.#sayGoodbye(), RETRY_MS * 4).unref();
  }
}
