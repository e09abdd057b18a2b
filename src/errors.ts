/** The one table of error codes. docs/protocol.md is compared with it by a test. */

export const ERRORS = {
  AUTH_FAILED: { status: 401, recoverable: false, message: 'The token is missing, malformed or expired.' },
  INVALID_TEAM: { status: 422, recoverable: true, message: 'The team is not valid for this format.' },
  TEAM_NOT_FOUND: { status: 404, recoverable: true, message: 'There is no such team of yours.' },
  FORMAT_NOT_FOUND: { status: 404, recoverable: true, message: 'There is no such format.' },
  ALREADY_IN_BATTLE: { status: 409, recoverable: true, message: 'You are in a battle already.' },
  ALREADY_IN_QUEUE: { status: 409, recoverable: true, message: 'You are in the queue already.' },
  ALREADY_CHALLENGING: { status: 409, recoverable: true, message: 'Your last challenge is still open.' },
  CHALLENGE_NOT_FOUND: { status: 404, recoverable: false, message: 'There is no such challenge.' },
  REDIS_UNAVAILABLE: {
    status: 503,
    recoverable: true,
    message: 'The store is away. Nothing is lost; try again.',
  },
  INVALID_MOVE: { status: 422, recoverable: true, message: 'That choice is not possible.' },
  NOT_YOUR_TURN: { status: 409, recoverable: true, message: 'No choice of yours is open.' },
  STALE_REQUEST: { status: 409, recoverable: true, message: 'That request has been answered or replaced.' },
  NOT_A_PLAYER: { status: 403, recoverable: false, message: 'Spectators cannot do that.' },
  BATTLE_ENDED: { status: 409, recoverable: false, message: 'The battle is over.' },
  BATTLE_NOT_FOUND: { status: 404, recoverable: false, message: 'There is no such battle.' },
  NOT_FOUND: { status: 404, recoverable: false, message: 'There is no such thing here.' },
  ROOM_FULL: { status: 409, recoverable: true, message: 'There is no place left.' },
  FORBIDDEN: { status: 403, recoverable: false, message: 'That is not allowed.' },
  PAYLOAD_TOO_LARGE: { status: 413, recoverable: false, message: 'The body is too large.' },
  INVALID_MESSAGE: { status: 422, recoverable: true, message: 'The message is not one of the protocol.' },
  RATE_LIMITED: { status: 429, recoverable: true, message: 'Too many requests.' },
  SERVER_DRAINING: { status: 503, recoverable: true, message: 'The server is going away; connect again.' },
  SERVER_ERROR: { status: 500, recoverable: true, message: 'Our fault. It has been logged.' },
} as const satisfies Record<string, { status: number; recoverable: boolean; message: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** An error as every client sees it, over HTTP and in rooms. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly recoverable: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A refusal that has a code. Thrown by HTTP handlers and joins; inside rooms refusals are values. */
export class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message?: string, details?: Readonly<Record<string, unknown>>) {
    super(message ?? ERRORS[code].message);
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get body(): ErrorBody {
    return errorBody(this.code, this.message, this.details);
  }
}

/** The wire form of a code; `message` defaults to the table's. */
export function errorBody(
  code: ErrorCode,
  message: string = ERRORS[code].message,
  details?: Readonly<Record<string, unknown>>,
): ErrorBody {
  return { code, message, recoverable: ERRORS[code].recoverable, ...(details && { details }) };
}
