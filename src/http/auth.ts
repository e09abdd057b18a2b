/** `POST /auth/guest`. */
import { Router } from 'express';
import { z } from 'zod';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import { checked, readJsonBody } from './body.ts';
import { clientAddress } from './client-address.ts';
import type { HttpPorts } from './ports.ts';
import { createBuckets, spend } from '../rate-limit.ts';

const guest = z.strictObject({ name: z.string().max(LIMITS.rawNameChars).optional() });

export function authRoutes({ config, tokens, now }: Pick<HttpPorts, 'config' | 'tokens' | 'now'>): Router {
  const perAddress = createBuckets({ ...LIMITS.guestTokens, now });

  return Router().post('/guest', async (req, res) => {
    if (!config.guests) throw new CodedError('FORBIDDEN', 'There are no guests here.');
    spend(perAddress, clientAddress(req, config.trustedProxies));
    const { name } = checked(guest, (await readJsonBody(req, LIMITS.bodyBytes)) ?? {});
    res.status(201).json(tokens.issueGuest(name));
  });
}
