/** What clients may say of challenges, as the room's handlers of it. */
import type { Client } from '@colyseus/core';
import type { Identity } from '../auth/token.ts';
import type { Handlers, Reply } from '../rooms/message-gate.ts';
import type { MATCHMAKING_MESSAGES } from '../rooms/messages.ts';
import type { Challenges } from './challenges.ts';

type Command = 'CHALLENGE' | 'CHALLENGE_CANCEL' | 'CHALLENGE_ACCEPT' | 'CHALLENGE_DECLINE';

/** `inTurn` does what a connection asks for in the order of asking, and answers what was thrown. */
export function challengeCommands<C extends Client<{ auth: Identity }>>(
  challenges: Challenges,
  inTurn: (client: C, work: () => Promise<Reply>) => Promise<Reply>,
): Pick<Handlers<C, typeof MATCHMAKING_MESSAGES>, Command> {
  const done = (client: C, work: (me: Identity) => Promise<unknown>): Promise<Reply> =>
    inTurn(client, async () => ({ ok: true, value: await work(client.auth!) }));
  return {
    CHALLENGE: (client, wish) => done(client, (me) => challenges.send(me, wish)),
    CHALLENGE_CANCEL: (client) => done(client, ({ id }) => challenges.cancel(id)),
    CHALLENGE_ACCEPT: (client, { challengeId, teamId }) =>
      done(client, (me) => challenges.accept(me, challengeId, teamId)),
    CHALLENGE_DECLINE: (client, { challengeId }) =>
      done(client, ({ id }) => challenges.decline(id, challengeId)),
  };
}
