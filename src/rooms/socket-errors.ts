/** Colyseus answers a connection that it refuses with numbers of its own, 520 to 526. Clients get codes of our table. */
import { ErrorCode } from '@colyseus/core';
import { WebSocketClient } from '@colyseus/ws-transport';
import { ERRORS, type ErrorCode as OurCode } from '../errors.ts';

const CODES: ReadonlyMap<number, OurCode> = new Map([
  [ErrorCode.MATCHMAKE_NO_HANDLER, 'NOT_FOUND'],
  [ErrorCode.MATCHMAKE_INVALID_CRITERIA, 'NOT_FOUND'],
  [ErrorCode.MATCHMAKE_INVALID_ROOM_ID, 'NOT_FOUND'],
  // A seat that was used, has run out, or was never there.
  [ErrorCode.MATCHMAKE_EXPIRED, 'NOT_FOUND'],
  [ErrorCode.MATCHMAKE_UNHANDLED, 'SERVER_ERROR'],
  [ErrorCode.AUTH_FAILED, 'AUTH_FAILED'],
  [ErrorCode.APPLICATION_ERROR, 'SERVER_ERROR'],
]);

type Send = WebSocketClient['error'];

let isTranslated = false;

/** For all rooms of this process; a second call changes nothing. */
export function translateSocketErrors(): void {
  if (isTranslated) return;
  isTranslated = true;
  const { prototype } = WebSocketClient;
  const original: Send = Reflect.get(prototype, 'error');
  prototype.error = function error(this: WebSocketClient, number, message, done) {
    const code = CODES.get(number);
    original.call(this, code ? ERRORS[code].status : number, code ?? message, done);
  };
}
