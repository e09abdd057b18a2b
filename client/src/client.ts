/** A user's way to an Endure server: queue, play, watch, and what the server keeps. */
import { Client } from '@colyseus/sdk';
import { Battle, type BattleOptions } from './battle.ts';
import type { ReceivedChallenge } from './challenge-book.ts';
import { Challenges } from './challenges.ts';
import { toEndureError } from './errors.ts';
import { Http } from './http.ts';
import type { BotKind } from './protocol.ts';
import { QueueTicket } from './queue-ticket.ts';
import {
  battlesOf,
  blockedOf,
  challengeOf,
  type Format,
  ladderOf,
  type Me,
  type Page,
  replaysOf,
  teamsOf,
  type User,
} from './resources.ts';

export interface ConnectOptions {
  /** Such as `http://localhost:2567`; may have a path. */
  readonly url: string;
  /** A JWT that the server accepts. Without one it is asked for a guest's. */
  readonly token?: string;
  /** A guest's. */
  readonly name?: string;
}

/** Resolves when the server knows who this is. Rejects with `CONNECTION_FAILED`, `AUTH_FAILED` or, for guests, `FORBIDDEN`. */
export async function connect({ url, token, name }: ConnectOptions): Promise<EndureClient> {
  const http = new Http(url);
  if (token !== undefined) {
    http.token = token;
    const { user } = await http.json<Me>('GET', '/me');
    return new EndureClient(http, user, token);
  }
  const guest = await http.json<{ token: string; user: User }>('POST', '/auth/guest', {
    ...(name !== undefined && { name }),
  });
  http.token = guest.token;
  return new EndureClient(http, guest.user, guest.token);
}

export class EndureClient {
  readonly user: User;
  /** To come back as the same user. */
  readonly token: string;
  readonly teams: ReturnType<typeof teamsOf>;
  readonly replays: ReturnType<typeof replaysOf>;
  readonly battles: ReturnType<typeof battlesOf>;
  readonly blocked: ReturnType<typeof blockedOf>;
  readonly #http: Http;
  readonly #sdk: Client;
  readonly #open = new Set<{ close(): void }>();

  constructor(http: Http, user: User, token: string) {
    this.user = user;
    this.token = token;
    this.#http = http;
    this.#sdk = new Client(http.base);
    this.#sdk.auth.token = token;
    this.teams = teamsOf(http);
    this.replays = replaysOf(http);
    this.battles = battlesOf(http);
    this.blocked = blockedOf(http);
  }

  formats(): Promise<Page<Format>> {
    return this.#http.json('GET', '/formats');
  }

  /** Best first. */
  ladder(format: string, page: { readonly limit?: number; readonly offset?: number } = {}) {
    return ladderOf(this.#http, format, page);
  }

  /** Where the user is, and how they stand. */
  me(): Promise<Me> {
    return this.#http.json('GET', '/me');
  }

  /** What the link of an open challenge leads to. Rejects with `CHALLENGE_NOT_FOUND` when it is over. */
  challenge(challengeId: string): Promise<ReceivedChallenge> {
    return challengeOf(this.#http, challengeId);
  }

  /** Sends, hears and answers challenges, over a connection that stays until it is closed. */
  challenges(): Challenges {
    const challenges = new Challenges({
      sdk: this.#sdk,
      http: this.#http,
      enter: (battle) => this.#enter(battle),
      closed: (over) => void this.#open.delete(over),
    });
    this.#open.add(challenges);
    return challenges;
  }

  /** Waits for an opponent. `teamId` where the format says `teamRequired`. Who is in a battle already gets into that one. */
  queue(format: string, teamId?: string): QueueTicket {
    return this.#ticket(format, teamId);
  }

  /** A battle against the server's own player, which moves no rating. */
  playBot(format: string, options: { readonly teamId?: string; readonly bot?: BotKind } = {}): QueueTicket {
    return this.#ticket(format, options.teamId, options.bot ?? 'greedy');
  }

  #ticket(format: string, teamId?: string, bot?: BotKind): QueueTicket {
    const ticket = new QueueTicket({
      sdk: this.#sdk,
      http: this.#http,
      format,
      ...(teamId !== undefined && { teamId }),
      ...(bot && { bot }),
      enter: (battle) => this.#enter(battle),
    });
    this.#open.add(ticket);
    const forget = (): void => void this.#open.delete(ticket);
    ticket.battle.then(forget, forget);
    return ticket;
  }

  /** Into the battle that the user is playing; null when there is none. */
  async rejoin(): Promise<Battle | null> {
    const { battleId } = await this.me();
    if (battleId === undefined) return null;
    try {
      return await this.#enter({ id: battleId });
    } catch (error) {
      if (toEndureError(error).code === 'BATTLE_ENDED') return null;
      throw error;
    }
  }

  /** Whose battle it is gets their side; anybody else is a spectator. Rejects with `BATTLE_ENDED`, `BATTLE_NOT_FOUND`, `ROOM_FULL`. */
  watch(battleId: string): Promise<Battle> {
    return this.#enter({ id: battleId });
  }

  /** Leaves every battle and queue. Nothing goes on after it. */
  close(): void {
    this.#http.close();
    for (const open of this.#open) open.close();
    this.#open.clear();
  }

  async #enter(battle: Pick<BattleOptions, 'id' | 'seat'>): Promise<Battle> {
    const options = { sdk: this.#sdk, http: this.#http, userId: this.user.id, ...battle };
    let opened: Battle;
    return Battle.enter(options, (made) => {
      opened = made;
      this.#open.add(made);
    }).catch((error: unknown) => {
      this.#open.delete(opened);
      throw error;
    });
  }
}
