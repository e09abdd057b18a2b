/**
 * One player: a guest with the real Colyseus SDK over real sockets. Queues, plays random legal choices to the end, comes
 * back when dropped, and writes down everything that it was told, so that others can check the server by it.
 */
import { Client, type Room } from '@colyseus/sdk';
import { randomChoice } from '../src/battle/legal-choice.ts';
import type { Random } from '../src/battle/random.ts';
import type { BattleRequest } from '../src/battle/request.ts';
import type { BattleError, BattleEvents, MatchmakingEvents } from '../src/rooms/messages.ts';
import { teamsFor } from './teams.ts';

export interface Guest {
  readonly id: string;
  readonly name: string;
  readonly token: string;
}

export interface Accepted {
  readonly rqid: number;
  readonly choice: string;
}

/** What one player was told of one battle. */
export interface Transcript {
  battleId: string;
  side: 'p1' | 'p2' | null;
  /** By number; a line that came twice must have been the same both times. */
  readonly lines: string[];
  readonly accepted: Accepted[];
  readonly errors: BattleError[];
  /** Numbers under which two different lines came. Must stay empty. */
  readonly conflicts: number[];
  readonly restored: number[];
  end: BattleEvents['BATTLE_END'] | null;
}

export interface BotEvents {
  /** A choice went out. */
  sent?(battleId: string, rqid: number): void;
  /** A new request came in. */
  asked?(battleId: string, rqid: number): void;
  turned?(battleId: string): void;
}

export interface BotOptions {
  readonly url: string;
  readonly guest: Guest;
  readonly random: Random;
  /** Mean time for a choice, in milliseconds; 0 answers at once. */
  readonly thinkMs: number;
  readonly events?: BotEvents;
  /** Makes the SDK reconnect from the first second; without it, its own five seconds apply. */
  readonly isEager?: boolean;
}

/** Signs in as a guest. */
export async function signIn(url: string, name: string): Promise<Guest> {
  const response = await fetch(`${url}/auth/guest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`);
  const { token, user } = (await response.json()) as { token: string; user: { id: string; name: string } };
  return { ...user, token };
}

/** Even without thinking nobody sends more often: the server takes 80 messages a second from one connection. */
const PACE_MS = 14;

export class Bot {
  readonly transcript: Transcript = {
    battleId: '',
    side: null,
    lines: [],
    accepted: [],
    errors: [],
    conflicts: [],
    restored: [],
    end: null,
  };
  readonly client: Client;
  room: Room | undefined;
  readonly #options: BotOptions;
  readonly #over = Promise.withResolvers<Transcript>();
  #request: BattleRequest | undefined;
  #sentAt = 0;
  #isStopped = false;

  constructor(options: BotOptions) {
    this.#options = options;
    this.client = new Client(options.url);
    this.client.auth.token = options.guest.token;
    // Not handled where nobody waits for the end.
    this.#over.promise.catch(() => {});
  }

  /** Resolves with the transcript when `BATTLE_END` has come. */
  get over(): Promise<Transcript> {
    return this.#over.promise;
  }

  /** Queues, is matched and plays. Resolves when the battle room is joined. */
  async enter(format: string): Promise<void> {
    const teamId = await this.#uploadTeam(format);
    const queue = await this.client.joinOrCreate('matchmaking');
    const match = await new Promise<MatchmakingEvents['MATCH_FOUND']>((resolve, reject) => {
      queue.onMessage('MATCH_FOUND', resolve);
      queue.onMessage('QUEUE_JOINED', () => {});
      queue.onMessage('QUEUE_LEFT', () => {});
      queue.onMessage('ERROR', (error: BattleError) => {
        reject(new Error(`queue: ${error.code} ${JSON.stringify(error.details ?? '')}`));
      });
      queue.onLeave((code) => {
        reject(new Error(`left the queue: ${code}`));
      });
      queue.send('JOIN_QUEUE', { format, ...(teamId && { teamId }) });
    });
    this.attach(await this.client.consumeSeatReservation(match.seat as never));
    await queue.leave();
  }

  /** Plays in a room that was joined otherwise. */
  attach(room: Room): void {
    this.room = room;
    if (this.#options.isEager) room.reconnection.minUptime = 0;
    room.onMessage('BATTLE_START', (start: BattleEvents['BATTLE_START']) => this.#started(start));
    room.onMessage('BATTLE_RESTORED', (start: BattleEvents['BATTLE_RESTORED']) => {
      this.transcript.restored.push(start.lines.length);
      this.#started(start);
    });
    room.onMessage('BATTLE_UPDATE', ({ from, lines, request }: BattleEvents['BATTLE_UPDATE']) => {
      this.#read(from, lines);
      if (lines.some((line) => line.startsWith('|turn|'))) this.#options.events?.turned?.(room.roomId);
      if (request) this.#answer(request);
    });
    room.onMessage('MOVE_ACCEPTED', (accepted: Accepted) => this.transcript.accepted.push(accepted));
    room.onMessage('ERROR', (error: BattleError) => this.#refused(error));
    room.onMessage('BATTLE_RESUMED', () => {
      if (this.#request) this.#answer(this.#request);
    });
    for (const type of ['TURN_WARNING', 'OPPONENT_DISCONNECTED', 'OPPONENT_RECONNECTED', 'BATTLE_PAUSED'])
      room.onMessage(type, () => {});
    room.onMessage('BATTLE_END', (end: BattleEvents['BATTLE_END']) => {
      this.transcript.end = end;
      this.#over.resolve(this.transcript);
    });
    room.onLeave((code) => void this.#comeBack(code));
  }

  /** Leaves for good. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.room?.connection.isOpen) await this.room.leave();
  }

  async #uploadTeam(format: string): Promise<string | undefined> {
    const teams = teamsFor(format);
    if (teams.length === 0) return undefined;
    const team = teams[Math.floor(this.#options.random() * teams.length)];
    const { data } = await this.client.http.post('/teams', { body: { name: 'A team', format, team } });
    return (data as { id: string }).id;
  }

  #started({ battleId, side, from, lines, request }: BattleEvents['BATTLE_START']): void {
    this.transcript.battleId = battleId;
    this.transcript.side = side;
    this.#read(from, lines);
    if (request) this.#answer(request);
  }

  #read(from: number, lines: readonly string[]): void {
    const known = this.transcript.lines;
    for (const [index, line] of lines.entries()) {
      const number = from + index;
      if (known[number] !== undefined && known[number] !== line) this.transcript.conflicts.push(number);
      known[number] = line;
    }
  }

  #answer(request: BattleRequest): void {
    this.#request = request;
    if (!request.update) this.#options.events?.asked?.(this.transcript.battleId, request.rqid);
    if (request.wait || this.transcript.end) return;
    const { thinkMs, random } = this.#options;
    const send = (): void => {
      if (this.#request !== request || this.#isStopped) return;
      this.#options.events?.sent?.(this.transcript.battleId, request.rqid);
      this.#sentAt = performance.now();
      this.room?.send('MOVE', { choice: randomChoice(request, random), rqid: request.rqid });
    };
    const pause = Math.max(thinkMs * (0.5 + random()), this.#sentAt + PACE_MS - performance.now());
    if (pause > 0) setTimeout(send, pause);
    else send();
  }

  #refused(error: BattleError): void {
    this.transcript.errors.push(error);
    if (error.code === 'INVALID_MOVE' && error.request) this.#answer(error.request);
    // The store was away: the same answer once more, a little later.
    else if (error.code === 'REDIS_UNAVAILABLE')
      setTimeout(() => this.#request && this.#answer(this.#request), 500);
  }

  /** After the SDK has given up. */
  async #comeBack(code: number): Promise<void> {
    if (this.#isStopped || this.transcript.end) return;
    for (let attempt = 0; attempt < 60; attempt++) {
      try {
        this.attach(await this.client.joinById(this.transcript.battleId));
        return;
      } catch (error) {
        const { message } = error as Error;
        if (message === 'BATTLE_ENDED' || message === 'BATTLE_NOT_FOUND') {
          this.#over.reject(new Error(`closed with ${code}, then ${message}`));
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
    this.#over.reject(new Error(`could not come back after ${code}`));
  }
}
