/** What happens to the connections of a battle, as it is kept for the operator. */
import { matchMaker } from '@colyseus/core';
import { SIDE_IDS, type SideId } from '../battle/ids.ts';
import type { Input } from '../battle/input.ts';
import { userAt, type Opening } from '../battle/opening.ts';
import type { ConnectionEvent, ConnectionEventKind } from '../persistence/database/stores.ts';
import type { BattleClient, Connections } from './connections.ts';

export interface NotesPorts {
  /** Players only; of spectators no more than that they were put out. */
  noted(event: ConnectionEvent): void;
  /** Milliseconds since the epoch. */
  wall(): number;
}

type Detail = Partial<Pick<ConnectionEvent, 'userId' | 'side' | 'afterMs' | 'code'>>;

export class ConnectionNotes {
  readonly #ports: NotesPorts;
  readonly #opening: Opening;
  readonly #connections: Connections;

  constructor(ports: NotesPorts, opening: Opening, connections: Connections) {
    this.#ports = ports;
    this.#opening = opening;
    this.#connections = connections;
  }

  /** Of the battle as a whole, unless `detail` says of whom. */
  note(kind: ConnectionEventKind, detail: Detail = {}): void {
    this.#ports.noted({
      battleId: this.#opening.id,
      kind,
      at: this.#ports.wall(),
      processId: matchMaker.processId,
      userId: null,
      side: null,
      afterMs: null,
      code: null,
      ...detail,
    });
  }

  noteClient(
    client: BattleClient,
    kind: ConnectionEventKind,
    detail?: Pick<Detail, 'afterMs' | 'code'>,
  ): void {
    const userId = client.auth!.id;
    this.note(kind, { ...detail, userId, side: this.#connections.sideOf(userId) });
  }

  /** Who did not come back in time, where the battle ended by that. */
  noteVerdict(last: Input | undefined): void {
    if (last?.type === 'forfeit' && last.why === 'timeout') this.#noteFailed(last.side);
    if (last?.type === 'void' && last.why === 'both-absent')
      for (const side of SIDE_IDS) this.#noteFailed(side);
  }

  #noteFailed(side: SideId): void {
    this.note('failed', { side, userId: userAt(this.#opening, side) });
  }
}
