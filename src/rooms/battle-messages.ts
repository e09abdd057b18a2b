/** What clients send to a battle: choices, forfeits, and that they want what they miss. */
import type { Room } from '@colyseus/core';
import type { SideId } from '../battle/ids.ts';
import { errorBody, type ErrorCode } from '../errors.ts';
import type { Audience } from './audience.ts';
import type { Buckets } from '../rate-limit.ts';
import type { BattleSession } from './battle-session.ts';
import type { BattleView } from './battle-view.ts';
import type { BattleClient, Connections } from './connections.ts';
import type { Ending } from './ending.ts';
import { gateMessages, type Reply } from './message-gate.ts';
import { BATTLE_MESSAGES } from './messages.ts';
import type { MoveReply } from './session-ports.ts';

export interface MessageParts {
  readonly session: BattleSession;
  readonly connections: Connections;
  readonly audience: Audience;
  readonly view: BattleView;
  readonly ending: Ending;
  /** What a user may ask to be sent again, in all battles. */
  readonly resends: Buckets;
  readonly now: () => number;
  readonly refused: (code: ErrorCode) => void;
}

export function takeMessages(room: Pick<Room, 'onMessage'>, parts: MessageParts): void {
  const { session, connections } = parts;
  const play = async (
    client: BattleClient,
    isRequest: boolean,
    act: (side: SideId) => Promise<MoveReply>,
  ): Promise<Reply> => {
    const side = connections.sideOf(client.auth!.id);
    if (!side) return { ok: false, error: errorBody('NOT_A_PLAYER') };
    return replyTo(await act(side), client, isRequest);
  };
  gateMessages<BattleClient, typeof BATTLE_MESSAGES>(
    room,
    BATTLE_MESSAGES,
    {
      MOVE: (client, { choice, rqid }, isRequest) =>
        play(client, isRequest, (side) => session.choose(side, choice, rqid)),
      FORFEIT: (client, _, isRequest) => play(client, isRequest, (side) => session.forfeit(side)),
      REQUEST_STATE: (client, payload) => sendState(parts, client, payload?.from ?? 0),
    },
    parts,
  );
}

function sendState(
  { session, connections, audience, view, ending, resends }: MessageParts,
  client: BattleClient,
  from: number,
): Reply {
  const taken = resends.take(client.auth!.id);
  if (!taken.ok)
    return { ok: false, error: errorBody('RATE_LIMITED', undefined, { retryAfterMs: taken.retryAfterMs }) };
  const side = connections.sideOf(client.auth!.id);
  if (from > view.lengthOf(side)) return { ok: false, error: errorBody('INVALID_MESSAGE') };
  if (session.hasEnded) ending.tell(client, side);
  else audience.tell([client], 'BATTLE_UPDATE', view.state(side, from));
  return { ok: true };
}

function replyTo(reply: MoveReply, client: BattleClient, isRequest: boolean): Reply {
  if (reply.kind === 'refused') return { ok: false, error: reply.error };
  const { rqid, choice, isRepeat } = reply;
  // The side's connections were told when it was accepted; who asks again by a message has no other answer.
  if (isRepeat && !isRequest) client.send('MOVE_ACCEPTED', { rqid, choice });
  return { ok: true, value: { accepted: true, rqid } };
}
