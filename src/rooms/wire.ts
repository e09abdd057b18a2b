/** Frames to clients: encoded once for all receivers, and never piled up before one who does not read. */
import { getMessageBytes, Protocol, type Client, type ClientPrivate } from '@colyseus/core';
import type { Socket } from 'node:net';
import { LIMITS } from '../config/limits.ts';

/** Close codes of ours; see docs/protocol.md. */
export const CLOSE = { OVER: 4000, MOVED: 4010 } as const;

/** Messages kept for a client that has not yet confirmed its join; an honest one does at once. */
const UNCONFIRMED_MESSAGES = 256;

/** A message as it goes over the socket. */
export function encodeMessage(type: string, payload: unknown): Buffer {
  return getMessageBytes.raw(Protocol.ROOM_DATA, type, payload);
}

/** Whether nobody has begun to close the connection. */
export function isOpen({ ref }: Client): boolean {
  return (ref as { readonly readyState?: number }).readyState === WebSocket.OPEN;
}

/** Sends a frame; false when the client is so far behind that it must be closed. */
export function sendFrame(client: Client, frame: Buffer): boolean {
  const { bufferedAmount } = client.ref as { readonly bufferedAmount?: number };
  const { _enqueuedMessages: unconfirmed } = client as Client & ClientPrivate;
  if ((bufferedAmount ?? 0) > LIMITS.backlogBytes) return false;
  if ((unconfirmed?.length ?? 0) > UNCONFIRMED_MESSAGES) return false;
  (client as Client & ClientPrivate).enqueueRaw(frame);
  return true;
}

/** All that `work` sends to one of `clients` leaves in one system call. `work` is synchronous. */
export function inOneWrite(clients: Iterable<Client>, work: () => void): void {
  const sockets = Array.from(clients, ({ ref }) => (ref as { readonly _socket?: Socket })._socket);
  for (const socket of sockets) socket?.cork();
  try {
    work();
  } finally {
    for (const socket of sockets) socket?.uncork();
  }
}
