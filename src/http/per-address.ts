/** How often one address may ask. */
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import type { Rate } from '../config/limits.ts';
import { createBuckets, spend, type Taken } from '../rate-limit.ts';
import { type AddressConfig, limitedAddress } from './client-address.ts';

export interface AddressBuckets {
  /** Takes one token of the bucket of who asks. Who is exempt always gets one. */
  take(request: IncomingMessage): Taken;
  /** The same, or throws `RATE_LIMITED`. */
  spend(request: IncomingMessage): void;
}

export interface AddressPorts {
  readonly config: AddressConfig;
  readonly now: () => number;
}

export function addressBuckets(rate: Rate, { config, now }: AddressPorts): AddressBuckets {
  const buckets = createBuckets({ ...rate, now });
  return {
    take(request) {
      const address = limitedAddress(request, config);
      return address === null ? { ok: true } : buckets.take(address);
    },
    spend(request) {
      const address = limitedAddress(request, config);
      if (address !== null) spend(buckets, address);
    },
  };
}

/** Throws `RATE_LIMITED`. */
export function perAddress(rate: Rate, ports: AddressPorts): RequestHandler {
  const buckets = addressBuckets(rate, ports);
  return (req, _res, next) => {
    buckets.spend(req);
    next();
  };
}
