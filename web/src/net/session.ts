/** Who plays here: a guest whose token this browser keeps, and the connection as that user. Another name is another guest. */
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

  /** The guest of this browser; null before the first battle. */
  get account(): Account | null {
    try {
      const { token, user } = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Account;
      return token && user?.id ? { token, user } : null;
    } catch {
      return null;
    }
  }

  /** As the guest of this browser where that is the name, or none is asked for. Rejects with `EndureError`. */
  async open(name?: string): Promise<EndureClient> {
    const { account } = this;
    const isWanted = account !== null && (!name || name === account.user.name);
    if (isWanted && this.#client?.token === account.token) return this.#client;
    this.close();
    this.#client = (isWanted && (await this.#returned(account.token))) || (await this.#entered(name));
    return this.#client;
  }

  close(): void {
    this.#client?.close();
    this.#client = null;
  }

  /** null when the server does not take the token any more. */
  async #returned(token: string): Promise<EndureClient | null> {
    try {
      return await connect({ url: location.origin, token });
    } catch (error) {
      if ((error as EndureError).code === 'AUTH_FAILED') return null;
      throw error;
    }
  }

  async #entered(name: string | undefined): Promise<EndureClient> {
    const client = await connect({ url: location.origin, ...(name && { name }) });
    const { token, user } = client;
    localStorage.setItem(KEY, JSON.stringify({ token, user } satisfies Account));
    return client;
  }
}
