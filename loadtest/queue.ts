/** From the queue into a battle, whatever happens on the way. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Room } from '@colyseus/sdk';
import type { ErrorBody } from '../src/errors.ts';
import type { MatchmakingEvents } from '../src/rooms/messages.ts';

type Found =
  | { readonly kind: 'match'; readonly match: MatchmakingEvents['MATCH_FOUND'] }
  | { readonly kind: 'error'; readonly error: ErrorBody }
  | { readonly kind: 'closed'; readonly code: number }
  /** The place is gone, the connection is not. */
  | { readonly kind: 'lapsed' };

export interface Ticket {
  readonly format: string;
  readonly teamId: string | undefined;
}

const RETRY_MS = 250;
/** What passes by itself; anything else is a fault of ours or of the server's. */
const PASSING = new Set(['REDIS_UNAVAILABLE', 'RATE_LIMITED', 'SERVER_DRAINING', 'SERVER_ERROR']);

/** The battle's room. `onSetback` hears why another attempt is needed. Rejects with what does not pass by itself. */
export async function findBattle(
  client: Client,
  ticket: Ticket,
  onSetback: (why: string) => void,
): Promise<Room> {
  for (;;) {
    const queue = await joinQueue(client, onSetback);
    const found = await waitInQueue(queue, ticket);
    if (found.kind === 'closed' || found.kind === 'lapsed') {
      onSetback(found.kind === 'closed' ? `QUEUE_CLOSED ${found.code}` : 'QUEUE_LEFT');
      if (queue.connection.isOpen) void queue.leave();
      continue;
    }
    const room = await enterBattle(client, found, onSetback);
    // Not awaited: the room's first message comes at once, and nobody listens yet.
    if (queue.connection.isOpen) void queue.leave();
    if (room) return room;
  }
}

async function joinQueue(client: Client, onSetback: (why: string) => void): Promise<Room> {
  for (;;) {
    try {
      return await client.joinOrCreate('matchmaking');
    } catch (error) {
      onSetback(nameOf(error));
      await sleep(RETRY_MS);
    }
  }
}

function waitInQueue(queue: Room, { format, teamId }: Ticket): Promise<Found> {
  return new Promise((resolve) => {
    queue.onMessage('MATCH_FOUND', (match: MatchmakingEvents['MATCH_FOUND']) => {
      resolve({ kind: 'match', match });
    });
    queue.onMessage('ERROR', (error: ErrorBody) => resolve({ kind: 'error', error }));
    queue.onMessage('QUEUE_JOINED', () => {});
    queue.onMessage('QUEUE_LEFT', ({ reason }: MatchmakingEvents['QUEUE_LEFT']) => {
      if (reason === 'disconnected') resolve({ kind: 'lapsed' });
    });
    queue.onLeave((code) => resolve({ kind: 'closed', code }));
    // The SDK would keep the seat, but a ticket does not come back with it: queue anew.
    queue.reconnection.enabled = false;
    queue.send('JOIN_QUEUE', { format, ...(teamId !== undefined && { teamId }) });
  });
}

/** null: queue again. */
async function enterBattle(
  client: Client,
  found: Exclude<Found, { kind: 'closed' | 'lapsed' }>,
  onSetback: (why: string) => void,
): Promise<Room | null> {
  if (found.kind === 'match') {
    try {
      return await client.consumeSeatReservation(found.match.seat as never);
    } catch (error) {
      onSetback(nameOf(error));
      return joinBattle(client, found.match.battleId, onSetback);
    }
  }
  const { code, message, details } = found.error;
  onSetback(code);
  const battleId = code === 'ALREADY_IN_BATTLE' ? (details as { battleId: string }).battleId : undefined;
  if (battleId !== undefined) return joinBattle(client, battleId, onSetback);
  if (!PASSING.has(code)) throw new Error(`${code} in the queue: ${message}`);
  await sleep((details as { retryAfterMs?: number } | undefined)?.retryAfterMs ?? RETRY_MS);
  return null;
}

/** By id, until it works; null when the battle is over. */
export async function joinBattle(
  client: Client,
  battleId: string,
  onSetback: (why: string) => void,
): Promise<Room | null> {
  for (;;) {
    try {
      return await client.joinById(battleId);
    } catch (error) {
      const name = nameOf(error);
      if (name === 'BATTLE_ENDED') return null;
      onSetback(name);
      if (name === 'BATTLE_NOT_FOUND' || name === 'AUTH_FAILED')
        throw new Error(`${battleId}: ${name}`, { cause: error });
      await sleep(RETRY_MS);
    }
  }
}

/** Repeats a call over HTTP until the server has answered, other than that it cannot answer. */
export async function patiently<T>(call: () => Promise<T>, onSetback: (why: string) => void): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const { code } = error as { code?: unknown };
      const isVerdict = typeof code === 'number' && code >= 400 && code < 500 && code !== 429;
      if (isVerdict) throw error;
      onSetback(nameOf(error));
      await sleep(RETRY_MS);
    }
  }
}

function nameOf(error: unknown): string {
  const { message } = error as Error;
  return /^[A-Z_]+$/.test(message) ? message : 'CONNECTION_FAILED';
}
