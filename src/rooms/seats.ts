/**
 * Seats for who comes back: after a crash of the process that gave the seat out, after a drop, and while the connection
 * before it is still thought to be open.
 */
import { matchMaker, type Client, type Room } from '@colyseus/core';
import type { Identity } from '../auth/token.ts';
import type { UserId } from '../battle/ids.ts';
import type { Connections } from './connections.ts';
import { isOfOurSchema } from './reconnection-token.ts';
import { CLOSE } from './wire.ts';

/** How long an admitted connection may take to finish its upgrade, in seconds. */
const ADMITTED_S = 15;

/** What an upgrade says of itself. */
export interface SeatRequest {
  readonly sessionId: string;
  /** The reconnection token; null: it uses a seat for the first time. */
  readonly token: string | null;
  /** Whose JWT it carries, if it carries one. */
  readonly asker: Identity | null;
}

/** Whose seats wait to be taken: each is a place that is gone. */
export function reservedFor(room: Room): UserId[] {
  const seats: [options: unknown, identity: Identity, isTaken: boolean][] = Object.values(
    room['_reservedSeats'],
  );
  return seats.filter(([, , isTaken]) => !isTaken).map(([, { id }]) => id);
}

/**
 * Makes the seat that an upgrade asks for, so that Colyseus finds it. False when it is somebody else's, when there is no
 * place, and when the client would read our state by another schema.
 */
export async function admitTo(
  room: Room,
  connections: Connections,
  { sessionId, token, asker }: SeatRequest,
): Promise<boolean> {
  const old = room.clients.getById(sessionId);
  if (!old && room.hasReservedSeat(sessionId)) return true;
  if (token !== null && !isOfOurSchema(token)) return false;
  const identity = connections.entitled(sessionId, token, asker);
  if (!identity) return false;
  // Who is thought to be connected, or tries again, has a place.
  const hasPlace = old !== undefined || sessionId in room['_reservedSeats'];
  if (!hasPlace && !connections.hasRoomFor(identity.id, reservedFor(room))) return false;
  if (old) {
    // For good: two pages with one token would put each other out for ever.
    room.kickClient(sessionId, CLOSE.OVER);
    // Colyseus counts the old connection out before the new one is counted in.
    await new Promise(setImmediate);
  }
  if (token === null) {
    await matchMaker.reserveSeatFor(room['_listing'], {}, { ...identity, sessionId });
    return true;
  }
  const stub = { sessionId, reconnectionToken: token, auth: identity } as unknown as Client;
  room.allowReconnection(stub, ADMITTED_S).catch(() => {
    // It did not come after all.
  });
  return true;
}
