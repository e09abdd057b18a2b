/** Brings what the event bus says to players to their connections in this process. */
import { matchMaker } from '@colyseus/core';
import type { ChannelEvent } from '../cluster/events.ts';
import { MatchmakingRoom } from '../matchmaking/matchmaking-room.ts';
import type { BattleRoom } from '../rooms/battle-room.ts';
import type { Notification } from '../rooms/messages.ts';

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

/** What the operator announces, to everybody in a battle, watching one or at the queue. */
export function createCrier(
  rooms: Iterable<BattleRoom>,
  queueId: string,
): (event: ChannelEvent<'system:events'>) => void {
  return ({ payload, at }) => {
    if (payload.type !== 'maintenance') return;
    const notification: Notification = { ...payload, at };
    const queue: unknown = matchMaker.getLocalRoomById(queueId);
    if (queue instanceof MatchmakingRoom) queue.broadcast('NOTIFICATION', notification);
    for (const room of rooms) room.broadcast('NOTIFICATION', notification);
  };
}
