/**
 * Where a WebSocket upgrade goes: to the transport of this process, or through the relay to the process that has the
 * room. It is held until that is known, so that a client that comes back is never told that its battle is gone.
 */
import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { matchMaker } from '@colyseus/core';
import type { Tokens } from '../auth/token.ts';
import type { BattleId } from '../battle/ids.ts';
import { held, ROOM_PATH } from './admission.ts';
import type { Whereabouts } from './recovery.ts';
import type { Relay } from './relay.ts';
import { handUpgrade, refuseUpgrade } from './readable-upgrades.ts';
import type { UpgradeHandler } from './upgrade-gate.ts';

export interface UpgradePorts {
  ensureRoom(id: BattleId): Promise<Whereabouts>;
  /** Where the process that has a room is reached; null when none lives. Rejects with `StoreAway`. */
  addressOf(roomId: string): Promise<{ readonly host: string; readonly port: number } | null>;
  clientAddress(req: IncomingMessage): string;
  isForeign(origin: string | undefined, host: string | undefined): boolean;
  readonly tokens: Tokens;
  readonly relay: Relay;
}

/** `transport` gets the upgrades that are for this process, as events of a server that never listens. */
export function createUpgradeRouter(transport: EventEmitter, ports: UpgradePorts): UpgradeHandler {
  return (req, socket, head) => {
    route(req, socket, head).catch(() => refuseUpgrade(socket, '503 Service Unavailable'));
  };

  async function route(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const isRelayed = ports.relay.readRelayed(req) !== null;
    const [path = '', query] = (req.url ?? '').split(/\?(.*)/s);
    const roomId = ROOM_PATH.exec(path)?.[1];
    if (roomId === undefined || matchMaker.getLocalRoomById(roomId))
      return handUpgrade(transport, req, socket, head);
    if (ports.isForeign(req.headers.origin, req.headers.host)) return refuseUpgrade(socket, '403 Forbidden');
    // From here on the store is asked: not for everybody. A player whose token has run out during the battle may still
    // come back to a seat that the room knows.
    if ((await ports.tokens.signedFor(new URLSearchParams(query).get('_authToken') ?? '')) === null)
      return refuseUpgrade(socket, '401 Unauthorized');
    const where = await held(ports.ensureRoom(roomId as BattleId));
    if (where === 'here') return handUpgrade(transport, req, socket, head);
    const owner = await ports.addressOf(roomId);
    // Nobody has it: the transport tells the client that there is no such seat.
    if (!owner && where === 'missing') return handUpgrade(transport, req, socket, head);
    if (!owner || isRelayed) return refuseUpgrade(socket, '503 Service Unavailable');
    ports.relay.relayUpgrade(req, socket, head, owner, ports.clientAddress(req));
  }
}
