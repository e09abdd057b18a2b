/** Scripted clients: the real SDK, everything that a room sends kept in order, and no waiting but for a message. */
import { Client, type Room } from '@colyseus/sdk';
import jwt from 'jsonwebtoken';
import type { BattleEvents, MatchmakingEvents, Ratings, Seat } from '../../src/rooms/messages.ts';
import { TEST_SECRET } from './secret.ts';

/** A message that has not come by then does not come. Milliseconds. */
const PATIENCE_MS = 4_000;

export interface TokenOptions {
  readonly name?: string;
  /** Seconds since the epoch. */
  readonly exp?: number;
}

export function tokenOf(sub: string, { name = sub, exp }: TokenOptions = {}): string {
  const at = exp ?? Math.floor(Date.now() / 1000) + 86_400;
  return jwt.sign({ sub, name, exp: at }, TEST_SECRET, { algorithm: 'HS256' });
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The parts of a battle's state that tests look at. */
export interface StateView {
  readonly battleId: string;
  readonly format: string;
  readonly phase: string;
  readonly turn: number;
  readonly winner: string;
  readonly endReason: string;
  readonly spectators: number;
  readonly sides: Readonly<Record<'p1' | 'p2', SideView>>;
}

interface SideView {
  readonly userId: string;
  readonly connected: boolean;
  readonly latencyMs: number;
  readonly connection: string;
  readonly hasChosen: boolean;
  readonly deadlineAt: number;
  readonly reconnectByAt: number;
}

interface Received {
  readonly type: string;
  readonly payload: unknown;
}

interface Waiting {
  readonly type: string;
  readonly resolve: (payload: unknown) => void;
}

const open = new Set<Seated<never>>();

/** To be called after each test: the SDK would go on trying for a minute. */
export function abandonAll(): void {
  for (const seated of open) seated.abandon();
  open.clear();
}

/** One connection to a room. `Events` are its messages by name. */
export class Seated<Events extends object> {
  readonly room: Room;
  /** Everything, in order. */
  readonly received: Received[] = [];
  /** The close code of each drop that the SDK wants to mend by itself. */
  readonly drops: number[] = [];
  /** The close code, once the SDK gives the room up. */
  readonly closed: Promise<number>;
  readonly #unread: Received[] = [];
  readonly #waiting: Waiting[] = [];

  constructor(room: Room) {
    this.room = room;
    open.add(this as unknown as Seated<never>);
    // It would not come back by itself to a room that it has had for less than five seconds.
    room.reconnection.minUptime = 0;
    room.onMessage('*', (type, payload: unknown) => this.#take({ type: String(type), payload }));
    room.onDrop((code) => void this.drops.push(code));
    this.closed = new Promise((resolve) => {
      room.onLeave(resolve);
    });
  }

  get state(): StateView {
    return this.room.state.toJSON() as StateView;
  }

  /** The next message of this type that has not been read; each is read once. */
  async next<Type extends keyof Events & string>(type: Type): Promise<Events[Type]> {
    const index = this.#unread.findIndex((message) => message.type === type);
    if (index >= 0) return this.#unread.splice(index, 1)[0]!.payload as Events[Type];
    return within(
      new Promise<unknown>((resolve) => {
        this.#waiting.push({ type, resolve });
      }),
      () => `${type} after ${this.types.join(', ') || 'nothing'}`,
    ) as Promise<Events[Type]>;
  }

  /** What has come and was not read. */
  unread<Type extends keyof Events & string>(type: Type): Events[Type][] {
    return this.#unread
      .filter((message) => message.type === type)
      .map(({ payload }) => payload as Events[Type]);
  }

  get types(): string[] {
    return this.received.map(({ type }) => type);
  }

  send(type: string, payload?: unknown): void {
    this.room.send(type, payload);
  }

  request(type: string, payload?: unknown): Promise<unknown> {
    return this.room.request(type, payload);
  }

  /** Of the state, once `isTrue` holds of it. */
  stateWhere(isTrue: (state: StateView) => boolean): Promise<StateView> {
    const { room } = this;
    return within(
      new Promise((resolve) => {
        const look = (): void => {
          const state = this.state;
          // Empty until the first one has come.
          if (!('sides' in state) || !isTrue(state)) return;
          room.onStateChange.remove(look);
          resolve(state);
        };
        room.onStateChange(look);
        look();
      }),
      () => `the state ${JSON.stringify(this.state.sides)}`,
    );
  }

  /** Resolves when the server has seen it go. */
  async leave(): Promise<void> {
    await this.room.leave();
  }

  /** The SDK stops trying and the socket closes: as when a page is closed. */
  abandon(): void {
    const { room } = this;
    room.reconnection.enabled = false;
    room.reconnection.maxRetries = 0;
    // A retry that is set already cannot be taken back.
    room.connection.reconnect = () => {};
    room.connection.close();
  }

  #take(message: Received): void {
    this.received.push(message);
    const index = this.#waiting.findIndex(({ type }) => type === message.type);
    if (index >= 0) this.#waiting.splice(index, 1)[0]!.resolve(message.payload);
    else this.#unread.push(message);
  }
}

export type InBattle = Seated<BattleEvents>;
export type InQueue = Seated<MatchmakingEvents>;

let count = 0;

/** A user with a token. Each has an id of its own unless one is given. */
export class Player {
  readonly id: string;
  readonly client: Client;

  constructor(url: string, id = `user-${++count}`, token = tokenOf(id)) {
    this.id = id;
    this.client = new Client(url);
    this.client.auth.token = token;
  }

  async enterQueue(): Promise<InQueue> {
    return new Seated(await this.client.joinOrCreate('matchmaking'));
  }

  async consume(seat: Seat): Promise<InBattle> {
    return new Seated(await this.client.consumeSeatReservation(seat as never));
  }

  async join(battleId: string, options: object = {}): Promise<InBattle> {
    return new Seated(await this.client.joinById(battleId, options));
  }

  async reconnect(token: string): Promise<InBattle> {
    return new Seated(await this.client.reconnect(token));
  }

  /** Over HTTP, whatever the answer is. */
  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const url = new URL(path, this.client['getHttpEndpoint'](''));
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${this.client.auth.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] };
  }
}

/** How the SDK refuses: the code of our table as the message, the HTTP status as the code. */
export async function refusalOf(join: Promise<unknown>): Promise<{ message: string; code: number }> {
  try {
    await join;
  } catch (error) {
    const { message, code } = error as { message: string; code: number };
    return { message, code };
  }
  throw new Error('It was not refused.');
}

export interface Duel {
  readonly battleId: string;
  readonly p1: Player;
  readonly p2: Player;
  readonly one: InBattle;
  readonly two: InBattle;
}

/** Two users meet in the queue and sit down; both have had BATTLE_START. `one` sits at p1. */
export async function startDuel(url: string, format = 'gen9randombattle'): Promise<Duel> {
  const { battleId, players, seats } = await match(url, format);
  const battles = await Promise.all(players.map((player, index) => player.consume(seats[index]!)));
  const starts = await Promise.all(battles.map((battle) => battle.next('BATTLE_START')));
  const first = starts[0]!.side === 'p1' ? 0 : 1;
  return {
    battleId,
    p1: players[first]!,
    p2: players[1 - first]!,
    one: battles[first]!,
    two: battles[1 - first]!,
  };
}

/** Ratings as told after the first battle of both in their format. */
export function firstRatings(format: string, winner: string, loser: string): Ratings {
  const moved = (elo: number, rating: number, gxe: number): Ratings[string] => ({
    format,
    elo: [1000, elo],
    glicko: { rating, deviation: 123 },
    gxe,
  });
  return { [winner]: moved(1040, 1540, 55), [loser]: moved(1000, 1460, 45) };
}

export interface Matched {
  readonly battleId: string;
  readonly players: readonly Player[];
  readonly queues: readonly InQueue[];
  readonly seats: readonly Seat[];
}

/** Two users meet in the queue; nobody sits down yet. */
export async function match(url: string, format = 'gen9randombattle'): Promise<Matched> {
  const players = [new Player(url), new Player(url)];
  const queues = await Promise.all(players.map((player) => player.enterQueue()));
  for (const queue of queues) queue.send('JOIN_QUEUE', { format });
  const found = await Promise.all(queues.map((queue) => queue.next('MATCH_FOUND')));
  return { battleId: found[0]!.battleId, players, queues, seats: found.map(({ seat }) => seat) };
}

export async function within<T>(work: Promise<T>, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited in vain for ${what()}.`)), PATIENCE_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
