/** Who is asking: the bearer token of a request, and nothing else of it. */
import type { IncomingMessage } from 'node:http';
import type { Identity, Tokens } from '../auth/token.ts';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import type { UserStore } from '../persistence/database/stores.ts';
import { createBuckets, spend } from '../rate-limit.ts';
import { noteAsker } from './request-log.ts';

/** Rejects with `AUTH_FAILED` or `RATE_LIMITED`. The user's row exists afterwards. */
export type Gate = (req: IncomingMessage) => Promise<Identity>;

export interface GatePorts {
  readonly tokens: Tokens;
  readonly users: UserStore;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export function createGate({ tokens, users, now }: GatePorts): Gate {
  const perUser = createBuckets({ ...LIMITS.requestsPerUser, now });
  return async (req) => {
    const identity = await tokens.verify(bearerToken(req));
    noteAsker(req, identity.id);
    spend(perUser, identity.id);
    await users.see(identity.id, identity.name);
    return identity;
  };
}

function bearerToken(req: IncomingMessage): string {
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(req.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new CodedError('AUTH_FAILED');
  return token;
}
