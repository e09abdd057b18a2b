/** `POST /auth/guest`. */
import { Router } from 'express';
import { z } from 'zod';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import { checked, readJsonBody } from './body.ts';
import { addressBuckets } from './per-address.ts';
import type { HttpPorts } from './ports.ts';

const guest = z.strictObject({ name: z.string().max(LIMITS.rawNameChars).optional() });

export function authRoutes({ config, tokens, now }: Pick<HttpPorts, 'config' | 'tokens' | 'now'>): Router {
  const perAddress = addressBuckets(LIMITS.guestTokens, { config, now });

  return Router().post('/guest', async (req, res) => {
    if (!config.guests) throw new CodedError('FORBIDDEN', 'There are no guests here.');
    perAddress.spend(req);
    const { name } = checked(guest, (await readJsonBody(req, LIMITS.bodyBytes)) ?? {});
    res.status(201).json(tokens.issueGuest(name));
  });
}
