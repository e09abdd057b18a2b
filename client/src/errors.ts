/** Every failure as one kind of error, with the protocol's code. */
import type { BattleError, BattleRequest, ErrorBody } from './protocol.ts';

/** Those of docs/protocol.md; `CONNECTION_FAILED` is the one that arises here: the network failed, or this was closed. */
export type ErrorCode = ErrorBody['code'] | 'CONNECTION_FAILED';

export class EndureError extends Error {
  override readonly name = 'EndureError';
  readonly code: ErrorCode;
  /** Whether trying again, perhaps with something else, can help. */
  readonly recoverable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  /** With `INVALID_MOVE`: what is to be answered. */
  readonly request: BattleRequest | null;

  constructor(body: Omit<BattleError, 'code'> & { readonly code: ErrorCode }, cause?: unknown) {
    super(body.message, { cause });
    this.code = body.code;
    this.recoverable = body.recoverable;
    this.details = body.details ?? {};
    this.request = body.request ?? null;
  }

  /** Milliseconds that the server asks to wait, or null. */
  get retryAfterMs(): number | null {
    const { retryAfterMs } = this.details;
    return typeof retryAfterMs === 'number' ? retryAfterMs : null;
  }
}

export function connectionFailed(cause?: unknown): EndureError {
  const message = 'The server cannot be reached.';
  return new EndureError({ code: 'CONNECTION_FAILED', message, recoverable: true }, cause);
}

export function closed(): EndureError {
  return new EndureError({ code: 'CONNECTION_FAILED', message: 'This was closed.', recoverable: false });
}

/** What the SDK or `fetch` threw. A refused `room.request()` has the error's body as its `reason`. */
export function toEndureError(error: unknown): EndureError {
  if (error instanceof EndureError) return error;
  const { reason } = (error ?? {}) as { reason?: unknown };
  return isErrorBody(reason) ? new EndureError(reason, error) : connectionFailed(error);
}

export function isErrorBody(value: unknown): value is ErrorBody {
  const { code, message, recoverable } = (value ?? {}) as Partial<ErrorBody>;
  return typeof code === 'string' && typeof message === 'string' && typeof recoverable === 'boolean';
}

const PASSING: ReadonlySet<ErrorCode> = new Set([
  'CONNECTION_FAILED',
  'REDIS_UNAVAILABLE',
  'RATE_LIMITED',
  'SERVER_DRAINING',
  'SERVER_ERROR',
] satisfies ErrorCode[]);

/** Whether the same may work a moment later, without anybody's doing. */
export function isPassing(error: EndureError): boolean {
  return PASSING.has(error.code) && error.recoverable;
}
