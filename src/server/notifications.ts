/** Brings what the event bus says to a player to that player's connections in this process. */
import { matchMaker } from '@colyseus/core';
import type { ChannelEvent } from '../cluster/events.ts';
import { MatchmakingRoom } from '../matchmaking/matchmaking-room.ts';
import type { BattleRoom } from '../rooms/battle-room.ts';

/** `queueId`: of the matchmaking room. */
export function createNotifier(
  rooms: Iterable<BattleRoom>,
  queueId: string,
): (event: ChannelEvent<'player:notifications'>) => void {
  return ({ payload: { playerId, ...notification }, at }) => {
    const queue: unknown = matchMaker.getLocalRoomById(queueId);
    if (queue instanceof MatchmakingRoom) queue.notify(playerId, { ...notification, at });
    for (const room of rooms) room.notify(playerId, { ...notification, at });
  };
}
