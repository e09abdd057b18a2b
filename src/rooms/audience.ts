/** Messages to those who are connected to a battle. Each is encoded once for all that get it. */
import { SIDE_IDS } from '../battle/ids.ts';
import type { Receiver } from './battle-view.ts';
import type { BattleClient, Connections } from './connections.ts';
import type { BattleEvents } from './messages.ts';
import { encodeMessage, sendFrame } from './wire.ts';

const RECEIVERS: readonly Receiver[] = [...SIDE_IDS, null];

export class Audience {
  readonly #connections: Connections;
  readonly #drop: (client: BattleClient) => void;

  /** `drop` puts out a client that is so far behind that it must come back anew. */
  constructor(connections: Connections, drop: (client: BattleClient) => void) {
    this.#connections = connections;
    this.#drop = drop;
  }

  /** To each side and to the spectators what is theirs. */
  tellEach<K extends keyof BattleEvents>(type: K, payload: (receiver: Receiver) => BattleEvents[K]): void {
    for (const receiver of RECEIVERS) {
      const clients = receiver ? this.#connections.at(receiver) : [...this.#connections.spectators];
      if (clients.length > 0) this.tell(clients, type, payload(receiver));
    }
  }

  tell<K extends keyof BattleEvents>(
    clients: readonly BattleClient[],
    type: K,
    payload: BattleEvents[K],
  ): void {
    if (clients.length === 0) return;
    const frame = encodeMessage(type, payload);
    // A copy: a client that is too far behind leaves on the way.
    for (const client of clients.slice()) if (!sendFrame(client, frame)) this.#drop(client);
  }
}
