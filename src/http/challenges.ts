/** `/challenges/:id`: what a challenge's link leads to. `/me/challenges`: those that concern the caller. */
import { Router } from 'express';
import type { ChallengeId } from '../battle/ids.ts';
import { CodedError } from '../errors.ts';
import { receivedMessage, sentMessage, sentNote } from '../matchmaking/challenge-notes.ts';
import type { Gate } from './gate.ts';
import { BATTLE_ID } from './list.ts';
import type { HttpPorts } from './ports.ts';

type Ports = Pick<HttpPorts, 'challenges'>;

export function challengeRoutes({ challenges }: Ports): Router {
  return Router().get('/:id', async (req, res) => {
    const { id } = req.params;
    const challenge = BATTLE_ID.test(id) ? await challenges.get(id as ChallengeId) : null;
    // One to a certain user is shown to nobody: whether that user hears of it is not to be found out here.
    if (!challenge || challenge.to !== null) throw new CodedError('CHALLENGE_NOT_FOUND');
    res.json(receivedMessage(sentNote(challenge)));
  });
}

export function myChallengeRoutes(gate: Gate, { challenges }: Ports): Router {
  return Router().get('/', async (req, res) => {
    const { id } = await gate(req);
    const [sent, received] = await Promise.all([challenges.sentBy(id), challenges.receivedBy(id)]);
    res.json({
      ...(sent && { sent: sentMessage(sentNote(sent)) }),
      received: received.map((challenge) => receivedMessage(sentNote(challenge))),
    });
  });
}
