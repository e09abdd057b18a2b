/** How often one address may ask. */
import type { RequestHandler } from 'express';
import type { Rate } from '../config/limits.ts';
import { createBuckets, spend } from '../rate-limit.ts';
import { clientAddress } from './client-address.ts';
import type { HttpPorts } from './ports.ts';

/** Throws `RATE_LIMITED`. */
export function perAddress(rate: Rate, { config, now }: Pick<HttpPorts, 'config' | 'now'>): RequestHandler {
  const buckets = createBuckets({ ...rate, now });
  return (req, _res, next) => {
    spend(buckets, clientAddress(req, config.trustedProxies));
    next();
  };
}
