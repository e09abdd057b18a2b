/** Which pages may call. Origins from the list only, and never with credentials: tokens travel in a header. */
import type { Config } from '../config/config.ts';

type Origins = Pick<Config, 'corsOrigins'>;

const LOOPBACK = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

/** Headers for an answer to a page of `origin`; they allow nothing to an origin that is not on the list. */
export function corsHeadersFor(origin: string | null | undefined, config: Origins): Record<string, string> {
  if (!origin || !isListed(origin, config)) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type',
    'Access-Control-Expose-Headers': 'Retry-After',
    'Access-Control-Max-Age': '600',
  };
}

/** For WebSocket upgrades, which no browser checks: a page that is neither listed nor served by this very host. */
export function isForeignOrigin(
  origin: string | undefined,
  host: string | undefined,
  config: Origins,
): boolean {
  if (origin === undefined || isListed(origin, config)) return false;
  return host === undefined || URL.parse(origin)?.host !== host;
}

function isListed(origin: string, { corsOrigins }: Origins): boolean {
  return corsOrigins === 'loopback' ? LOOPBACK.test(origin) : corsOrigins.includes(origin);
}
