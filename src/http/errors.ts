/**
 * Every error as the wire shows it: `{code, message, recoverable, details?, requestId}`. What is unexpected is logged under
 * that id, not told.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import { CodedError } from '../errors.ts';
import { StoreAway } from '../persistence/input-log/input-log.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Meter } from '../telemetry/meter.ts';
import { requestOf } from './request-log.ts';

export interface ErrorPorts {
  readonly log: Logger;
  readonly meter: Pick<Meter, 'refused'>;
}

/** Answers with `error`, whatever was thrown. Once an answer has begun it can only be cut off. */
export function sendError(res: ServerResponse, error: unknown, { log, meter }: ErrorPorts): void {
  const coded = asCoded(res.req, error, log);
  meter.refused('http', coded.code);
  if (res.headersSent || res.destroyed) {
    res.destroy();
    return;
  }
  const retryAfterMs = coded.details?.['retryAfterMs'];
  if (typeof retryAfterMs === 'number') res.setHeader('Retry-After', Math.ceil(retryAfterMs / 1000));
  if (coded.code === 'AUTH_FAILED' && !res.hasHeader('WWW-Authenticate'))
    res.setHeader('WWW-Authenticate', 'Bearer');
  res.statusCode = coded.status;
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(JSON.stringify({ ...coded.body, requestId: requestOf(res.req).requestId }));
}

/** The same for Express. */
export function answerError(ports: ErrorPorts): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error, _req, res, _next) => {
    sendError(res, error, ports);
  };
}

/** Whatever was thrown, as an error with a code. What is unexpected is logged. */
export function asCoded(req: IncomingMessage, error: unknown, log: Logger): CodedError {
  return toCodedError(error) ?? unexpected(req, error, log);
}

/** null for what nobody foresaw. */
function toCodedError(error: unknown): CodedError | null {
  if (error instanceof CodedError) return error;
  if (isStoreAway(error)) return new CodedError('REDIS_UNAVAILABLE');
  if (!isClientError(error)) return null;
  if (error.status === 413) return new CodedError('PAYLOAD_TOO_LARGE');
  return new CodedError('INVALID_MESSAGE', 'The request cannot be read.');
}

function unexpected(req: IncomingMessage, error: unknown, log: Logger): CodedError {
  log.error({ ...requestOf(req), err: error }, 'A request failed unexpectedly.');
  return new CodedError('SERVER_ERROR');
}

/** What Express and its body parser throw about a request; the status is theirs. */
function isClientError(error: unknown): error is Error & { readonly status: number } {
  return (
    error instanceof Error &&
    'status' in error &&
    typeof error.status === 'number' &&
    error.status >= 400 &&
    error.status < 500
  );
}

const NO_ANSWER = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  // Too many connections; shutting down; crashed; starting up (PostgreSQL).
  '53300',
  '57P01',
  '57P02',
  '57P03',
]);
/** `pg` gives these no code. */
const PG_MESSAGES =
  /^(?:Connection terminated|timeout e?xceeded when trying to connect|timeout expired|Client has encountered a connection error)/i;

/** Whether the store could not be reached, as opposed to having refused. */
export function isStoreAway(error: unknown): boolean {
  if (error instanceof StoreAway) return true;
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && (NO_ANSWER.has(code) || /^08...$/.test(code))) return true;
  // A Unix socket that is not there.
  if (code === 'ENOENT' && syscall === 'connect') return true;
  return PG_MESSAGES.test(error.message);
}
