/** Every request has an id of ours: its answer carries it, and so does every line of the log that is about it. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UserId } from '../battle/ids.ts';
import type { Logger } from '../telemetry/logger.ts';

const HEADER = 'X-Request-Id';

const ids = new WeakMap<IncomingMessage, string>();
const askers = new WeakMap<IncomingMessage, UserId>();

/** What log lines say of a request. */
export interface RequestFields {
  readonly requestId: string;
  readonly method: string | undefined;
  /** The logger leaves its query out. */
  readonly url: string | undefined;
  /** undefined: nobody in particular, as far as is known. */
  readonly userId: UserId | undefined;
}

/** To be called first of all; logs the request when it is over. `now` is a monotonic clock in milliseconds. */
export function logRequest(
  res: ServerResponse,
  { log, now }: { readonly log: Logger; readonly now: () => number },
): void {
  const begunAt = now();
  const id = randomUUID();
  ids.set(res.req, id);
  res.setHeader(HEADER, id);
  res.once('close', () => {
    const ms = Math.round(now() - begunAt);
    log.debug({ ...requestOf(res.req), status: res.statusCode, ms }, 'Request.');
  });
}

/** Who asks is known by now. */
export function noteAsker(req: IncomingMessage, userId: UserId): void {
  askers.set(req, userId);
}

export function requestOf(req: IncomingMessage & { readonly originalUrl?: string }): RequestFields {
  return {
    requestId: ids.get(req) ?? '',
    method: req.method,
    url: req.originalUrl ?? req.url,
    userId: askers.get(req),
  };
}
