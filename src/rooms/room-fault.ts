/** What the log says of an exception that Colyseus has caught in a room. */
import type { RoomException } from '@colyseus/core';
import type { Identity } from '../auth/token.ts';
import type { UserId } from '../battle/ids.ts';

export interface RoomFault {
  readonly method: string;
  /** Whose message or connection it was; undefined: nobody's. */
  readonly userId: UserId | undefined;
  readonly err: RoomException;
}

export function roomFault(error: RoomException, method: string): RoomFault {
  const client = 'client' in error ? (error.client as { readonly auth?: Identity }) : undefined;
  return { method, userId: client?.auth?.id, err: error };
}
