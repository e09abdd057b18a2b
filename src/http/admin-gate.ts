/** Who may see what only the operator may: HTTP Basic, user `admin`, compared in constant time and limited by address. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import { createBuckets, spend } from '../rate-limit.ts';
import { clientAddress } from './client-address.ts';
import { isForeignOrigin } from './cors.ts';
import type { HttpPorts } from './ports.ts';

/** Passes on who knows the password; anybody else gets `AUTH_FAILED`, and too many tries `RATE_LIMITED`. */
export function createAdminGate(
  password: string,
  { config, now }: Pick<HttpPorts, 'config' | 'now'>,
): RequestHandler {
  const perAddress = createBuckets({ ...LIMITS.adminPerAddress, now });
  const wanted = digest(Buffer.from(`admin:${password}`));

  return (req, res, next) => {
    spend(perAddress, clientAddress(req, config.trustedProxies));
    // Browsers send a remembered password along with what any page makes them ask.
    if (isForeignOrigin(req.headers.origin, req.headers.host, config)) throw new CodedError('FORBIDDEN');
    if (!timingSafeEqual(digest(credentials(req.headers.authorization)), wanted)) {
      res.set('WWW-Authenticate', 'Basic realm="Endure", charset="UTF-8"');
      throw new CodedError('AUTH_FAILED', 'User and password of the operator are needed here.');
    }
    next();
  };
}

/** Of one length, whatever was sent. */
function digest(text: Buffer): Buffer {
  return createHash('sha256').update(text).digest();
}

function credentials(header: string | undefined): Buffer {
  const encoded = /^Basic +([\w+/=-]+)$/i.exec(header ?? '')?.[1];
  return Buffer.from(encoded ?? '', 'base64');
}
