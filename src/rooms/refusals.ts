/** Why an input is not taken, in the words of the protocol. */
import type { Battle } from '../battle/battle.ts';
import type { SideId } from '../battle/ids.ts';
import { userAt } from '../battle/opening.ts';
import { errorBody, type ErrorCode } from '../errors.ts';
import type { MoveReply } from './session-ports.ts';

/** What speaks against a choice before the sim has seen it. `rqid`: the request that it answers; undefined, the open one. */
export function faultOf(battle: Battle, side: SideId, rqid: number | undefined): ErrorCode | null {
  if (battle.outcome) return 'BATTLE_ENDED';
  if (rqid !== undefined && rqid > battle.rqid) return 'INVALID_MESSAGE';
  if (rqid !== undefined && rqid < battle.rqid) return 'STALE_REQUEST';
  return battle.owes(side) ? null : 'NOT_YOUR_TURN';
}

/** A refusal with all that the side needs to do better. */
export function refused(battle: Battle, code: ErrorCode, side: SideId, message?: string): MoveReply {
  const { opening, outcome, rqid } = battle;
  const details = outcome ? { winner: userAt(opening, outcome.winner), reason: outcome.reason } : undefined;
  const request = code === 'INVALID_MOVE' ? battle.request(side) : null;
  return {
    kind: 'refused',
    error: { ...errorBody(code, message, details), rqid, ...(request && { request }) },
  };
}
