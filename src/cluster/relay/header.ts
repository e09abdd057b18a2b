/**
 * The header by which one process vouches to another for a request that it passes on: `v1.<expiry>.<address>.<mac>`. The
 * MAC covers method and URL, too, so that it is good for this one request and for a short while.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const RELAY_HEADER = 'x-endure-relay';

/** Milliseconds. Clocks of two machines may differ by nearly that much. */
const LIFETIME_MS = 30_000;
const FORM = /^(v1\.(\d{1,15})\.([\w-]{0,128}))\.([0-9a-f]{64})$/;

/** What of a request the header is bound to. */
export interface RequestLine {
  readonly method: string;
  readonly url: string;
}

/** `now` in milliseconds since the epoch. The address is at most 96 bytes; it may be empty, where there is none. */
export function signRelayHeader(secret: string, now: number, address: string, line: RequestLine): string {
  const claim = `v1.${now + LIFETIME_MS}.${Buffer.from(address).toString('base64url')}`;
  const header = `${claim}.${mac(secret, claim, line).toString('hex')}`;
  if (!FORM.test(header)) throw new RangeError('No address that a relay can vouch for.');
  return header;
}

/** The client's address, or null when nobody with the secret vouches for it here and now. */
export function verifyRelayHeader(
  secret: string,
  now: number,
  header: string | readonly string[] | undefined,
  line: RequestLine,
): string | null {
  const [, claim, expiry, address, given] = FORM.exec(typeof header === 'string' ? header : '') ?? [];
  if (claim === undefined || address === undefined || given === undefined) return null;
  if (!timingSafeEqual(Buffer.from(given, 'hex'), mac(secret, claim, line))) return null;
  return Number(expiry) > now ? Buffer.from(address, 'base64url').toString() : null;
}

/** The label keeps it apart from whatever else the secret may sign. */
function mac(secret: string, claim: string, { method, url }: RequestLine): Buffer {
  return createHmac('sha256', secret).update(`endure-relay\n${claim}\n${method}\n${url}`).digest();
}
