/**
 * What stands before every message: the soft rate limit and the message's schema. Refusals are answered and the
 * connection stays. Colyseus's own `validate()` would close it.
 */
import type { Client, Room } from '@colyseus/core';
import type { z } from 'zod';
import { LIMITS } from '../config/limits.ts';
import { errorBody, type ErrorBody, type ErrorCode } from '../errors.ts';
import { createBuckets } from '../rate-limit.ts';

/** An answer to a request, or the refusal that a sent message gets as `ERROR`. */
export type Reply =
  { readonly ok: true; readonly value?: unknown } | { readonly ok: false; readonly error: ErrorBody };

/** Colyseus's context: `id` is set where the client waits for an answer. */
interface Context {
  readonly id: number | undefined;
  reject(reason: unknown): unknown;
}

export type Handlers<C extends Client, Messages extends Record<string, z.ZodType>> = {
  readonly [Type in keyof Messages]: (
    client: C,
    payload: z.output<Messages[Type]>,
    isRequest: boolean,
  ) => Promise<Reply> | Reply;
};

export interface GatePorts {
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** It is about to be told. */
  readonly refused: (code: ErrorCode) => void;
}

/** Registers a handler for each message of the table, and an answer to everything else. */
export function gateMessages<C extends Client, Messages extends Record<string, z.ZodType>>(
  room: Pick<Room, 'onMessage'>,
  schemas: Messages,
  handlers: Handlers<C, Messages>,
  { now, refused }: GatePorts,
): void {
  const buckets = createBuckets({ ...LIMITS.messages, now });
  const refuse = (client: Client): ErrorBody | null => {
    const taken = buckets.take(client.sessionId);
    return taken.ok ? null : errorBody('RATE_LIMITED', undefined, { retryAfterMs: taken.retryAfterMs });
  };
  for (const type of Object.keys(schemas) as (keyof Messages & string)[]) {
    const handle = async (client: Client, payload: unknown, context: Context): Promise<unknown> => {
      const isRequest = context.id !== undefined;
      const parsed = schemas[type]!.safeParse(payload);
      const error = refuse(client) ?? (parsed.success ? null : errorBody('INVALID_MESSAGE'));
      const reply: Reply = error
        ? { ok: false, error }
        : await handlers[type](client as C, parsed.data as z.output<Messages[typeof type]>, isRequest);
      if (reply.ok) return reply.value;
      refused(reply.error.code);
      if (isRequest) context.reject(reply.error);
      else client.send('ERROR', reply.error);
      return undefined;
    };
    // Colyseus waits for what a handler answers, though its types do not say so.
    room.onMessage(type, handle as (client: Client, payload: unknown, context: Context) => void);
  }
  room.onMessage('*', (client: Client, _type: unknown, third: unknown) => {
    const error = refuse(client) ?? errorBody('INVALID_MESSAGE', 'There is no such message.');
    refused(error.code);
    if (isRequest(third)) third.reject(error);
    else client.send('ERROR', error);
  });
}

/**
 * Whether a request waits for this answer. For a type that is called `*` Colyseus takes the handler of everything else,
 * and passes its context third.
 */
function isRequest(third: unknown): third is Context {
  const { id, reject } = (third ?? {}) as Partial<Context>;
  // A payload is data: it has no functions.
  return id !== undefined && typeof reject === 'function';
}
