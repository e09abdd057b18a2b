/**
 * Who plays here: a guest whose token this browser keeps, and the connection as that user. Another name is another guest,
 * and a window that has been one stays it, so that two windows may play each other.
 */
import {
  type Battle,
  connect,
  type EndureClient,
  EndureError,
  type User,
} from '../../../client/src/endure.ts';

export interface Account {
  readonly token: string;
  readonly user: User;
}

const KEY = 'endure.account';

export class Session {
  #client: EndureClient | null = null;
  #handed: Battle | null = null;
  #opening: Promise<unknown> = Promise.resolve();
  #follow: (client: EndureClient) => void = () => {};

  /** Calls `follow` with each connection that begins from now on. */
  followedBy(follow: (client: EndureClient) => void): void {
    this.#follow = follow;
  }

  /** A battle that was entered on one view and is to be shown on the next. */
  hand(battle: Battle): void {
    this.#handed = battle;
  }

  /** null where nobody handed on that battle. */
  take(battleId: string): Battle | null {
    const battle = this.#handed;
    this.#handed = null;
    if (battle?.id === battleId) return battle;
    battle?.close();
    return null;
  }

  /** The guest of this window or else of this browser; null before the first battle. */
  get account(): Account | null {
    return accountIn(sessionStorage) ?? accountIn(localStorage);
  }

  /** As the guest of this browser where that is the name, or none is asked for. Rejects with `EndureError`. */
  open(name?: string): Promise<EndureClient> {
    return this.#inTurn(async () => (await this.#known(name)) ?? this.#entered(name));
  }

  /** As the guest of this browser; null where there is none, or not any more. Rejects with `EndureError`. */
  resume(): Promise<EndureClient | null> {
    return this.#inTurn(() => this.#known());
  }

  /** One after the other, since they close what the one before has opened. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#opening.then(work, work);
    this.#opening = done.catch(() => {});
    return done;
  }

  async #known(name?: string): Promise<EndureClient | null> {
    const { account } = this;
    if (account === null || (name && name !== account.user.name)) return null;
    if (this.#client?.token === account.token) return this.#client;
    try {
      return this.#opened(await connect({ url: location.origin, token: account.token }));
    } catch (error) {
      // The server does not take the token any more.
      if ((error as EndureError).code === 'AUTH_FAILED') return null;
      throw error;
    }
  }

  async #entered(name: string | undefined): Promise<EndureClient> {
    return this.#opened(await connect({ url: location.origin, ...(name && { name }) }));
  }

  #opened(client: EndureClient): EndureClient {
    this.#client?.close();
    this.#client = client;
    const { token, user } = client;
    for (const storage of [sessionStorage, localStorage])
      storage.setItem(KEY, JSON.stringify({ token, user } satisfies Account));
    this.#follow(client);
    return client;
  }
}

function accountIn(storage: Storage): Account | null {
  try {
    const { token, user } = JSON.parse(storage.getItem(KEY) ?? 'null') as Account;
    return token && user?.id ? { token, user } : null;
  } catch {
    return null;
  }
}
