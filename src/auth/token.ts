/**
 * Who somebody is: verifies tokens and issues those of guests. The key is chosen by the token's `alg` before anything is
 * verified, and each key serves the one algorithm of its own kind, so no key can be taken for another.
 */
import { createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { isBotId } from '../battle/bot-seat.ts';
import type { UserId } from '../battle/ids.ts';
import { cleanName } from '../battle/names.ts';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import { createJwks, type Jwks } from './jwks.ts';

import { readPublicKey } from './public-key.ts';

export interface Identity {
  readonly id: UserId;
  /** Cleaned; never empty. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface GuestToken {
  readonly token: string;
  readonly user: { readonly id: UserId; readonly name: string };
}

export interface Tokens {
  /** Rejects with `CodedError('AUTH_FAILED')`, whatever is wrong. */
  verify(token: string): Promise<Identity>;
  /**
   * Whom it was given to; null where it was never good. It may have run out: then it says nothing of who comes with it,
   * and is good for limits alone.
   */
  signedFor(token: string): Promise<UserId | null>;
  /** Good for 24 hours. Throws `CodedError('FORBIDDEN')` when there is no secret to sign with. */
  issueGuest(name?: string): GuestToken;
}

export interface TokenKeys {
  /** For HS256. */
  readonly secret?: string | undefined;
  /** PEM, for the algorithm of its kind. */
  readonly publicKey?: string | undefined;
  /** For RS256 and ES256. */
  readonly jwksUrl?: string | undefined;
}

const GUEST_TOKEN_S = 24 * 60 * 60;

const algorithm = z.enum(['HS256', 'RS256', 'ES256']);
type Algorithm = z.infer<typeof algorithm>;

/** `crit` names extensions that must be understood (RFC 7515 §4.1.11); we understand none. */
const header = z.object({ alg: algorithm, kid: z.string().optional(), crit: z.undefined().optional() });

const claims = z.object({
  sub: z.string().regex(new RegExp(`^[\\x20-\\x7e]{1,${LIMITS.userIdChars}}$`)),
  name: z.string().optional().catch(undefined),
  exp: z.number(),
});

/** `now` gives milliseconds since the epoch. Throws when `publicKey` is not one. */
export function createTokens(keys: TokenKeys, now: () => number): Tokens {
  const keyFor = keyChooser(keys, now);

  async function identify(token: string, ignoreExpiration: boolean): Promise<Identity> {
    if (token.length > LIMITS.tokenChars) throw new Error('too long');
    const { alg, kid } = header.parse(jwt.decode(token, { complete: true })?.header);
    const key = await keyFor(alg, kid);
    const clockTimestamp = Math.floor(now() / 1000);
    const payload = jwt.verify(token, key, { algorithms: [alg], clockTimestamp, ignoreExpiration });
    const { sub, name, exp } = claims.parse(payload);
    if (isBotId(sub)) throw new Error('a bot has no token');
    return { id: sub as UserId, name: displayName(name, sub), expiresAt: exp * 1000 };
  }

  return {
    async verify(token) {
      try {
        return await identify(token, false);
      } catch {
        // The reason is not told: it would say which key or which claim to try next.
        throw new CodedError('AUTH_FAILED');
      }
    },
    signedFor: (token) =>
      identify(token, true).then(
        ({ id }) => id,
        () => null,
      ),
    issueGuest(name) {
      if (keys.secret === undefined) throw new CodedError('FORBIDDEN', 'There are no guests here.');
      const uuid = randomUUID();
      const id = `guest-${uuid}` as UserId;
      const shown = displayName(name, `Guest ${uuid.slice(0, 6)}`);
      const at = Math.floor(now() / 1000);
      const payload = { sub: id, name: shown, iat: at, exp: at + GUEST_TOKEN_S };
      return { token: jwt.sign(payload, keys.secret, { algorithm: 'HS256' }), user: { id, name: shown } };
    },
  };
}

function keyChooser(keys: TokenKeys, now: () => number) {
  // Made once: given text, `verify` first tries whether it is a public key, each time.
  const secret = keys.secret === undefined ? null : createSecretKey(keys.secret, 'utf8');
  const fixed = keys.publicKey === undefined ? null : readPublicKey(keys.publicKey);
  const jwks: Jwks | null = keys.jwksUrl === undefined ? null : createJwks(keys.jwksUrl, now);

  return async (alg: Algorithm, kid: string | undefined): Promise<KeyObject> => {
    if (alg === 'HS256') {
      if (!secret) throw new Error('no secret');
      return secret;
    }
    const key = fixed ?? (await jwks?.find(kid)) ?? null;
    if (key?.algorithm !== alg) throw new Error('no key for this algorithm');
    return key.key;
  };
}

function displayName(name: string | undefined, otherwise: string): string {
  return cleanName(name ?? '') || cleanName(otherwise) || 'Player';
}
