/** `/challenges/:id`: what a challenge's link leads to. */
import { Router } from 'express';
import type { ChallengeId } from '../battle/ids.ts';
import { CodedError } from '../errors.ts';
import { BATTLE_ID } from './list.ts';
import type { HttpPorts } from './ports.ts';

export function challengeRoutes({ challenges }: Pick<HttpPorts, 'challenges'>): Router {
  return Router().get('/:id', async (req, res) => {
    const { id } = req.params;
    const challenge = BATTLE_ID.test(id) ? await challenges.get(id as ChallengeId) : null;
    // One to a certain user is shown to nobody: whether that user hears of it is not to be found out here.
    if (!challenge || challenge.to !== null) throw new CodedError('CHALLENGE_NOT_FOUND');
    const { challengeId, from, expiresAt } = challenge;
    const { userId, name, elo, format } = from;
    res.json({ challengeId, from: { id: userId, name, elo }, format, expiresAt });
  });
}
