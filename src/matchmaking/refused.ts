/** Refusals of the queue, as values. */
import type { ErrorBody, ErrorCode } from '../errors.ts';
import { errorBody } from '../errors.ts';
import type { JoinResult } from '../persistence/tickets/tickets.ts';

/** The error as the user is to see it. */
export interface Refused {
  readonly kind: 'refused';
  readonly error: ErrorBody;
}

/** The wire form of what the ticket store refused. */
export function refusedJoin(result: Exclude<JoinResult, { kind: 'joined' }>): Refused {
  switch (result.kind) {
    case 'already':
      return refused('ALREADY_IN_QUEUE', {
        format: result.placing.format,
        position: result.placing.position,
      });
    case 'penalty':
      return refused('RATE_LIMITED', { retryAfterMs: result.retryAfterMs });
    case 'full':
      return refused('ROOM_FULL');
  }
}

/** A refusal with the table's message. */
export function refused(code: ErrorCode, details?: Readonly<Record<string, unknown>>): Refused {
  return { kind: 'refused', error: errorBody(code, undefined, details) };
}
