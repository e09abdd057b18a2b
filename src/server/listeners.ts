/** What follows from the event bus and from recorded battles: who is told, who looks again. */
import { matchMaker } from '@colyseus/core';
import type { EventBus } from '../cluster/event-bus.ts';
import type { Membership } from '../cluster/membership.ts';
import type { BattleRoom } from '../rooms/battle-room.ts';
import type { Stores } from '../stores.ts';
import type { Announcements } from './announcements.ts';
import { createLadderUpdates } from './ladder-updates.ts';
import { createCrier, createNotifier } from './notifications.ts';
import type { Webhooks } from './webhooks.ts';

export interface ListenerParts {
  readonly stores: Pick<Stores, 'results' | 'ratings' | 'users'>;
  readonly bus: EventBus;
  readonly announcements: Announcements;
  readonly membership: Membership;
  readonly rooms: Iterable<BattleRoom>;
  /** Id of the matchmaking room. */
  readonly queueId: string;
  readonly webhooks: Webhooks | undefined;
}

export function connectListeners(parts: ListenerParts): void {
  const { stores, bus, announcements, membership, rooms, queueId, webhooks } = parts;
  const { results, ratings, users } = stores;
  const updateLadders = createLadderUpdates({ ratings, announcements });
  results.listen((recorded) => {
    announcements.completed(recorded);
    recorded.unlocked.forEach((one) => announcements.unlocked(one));
    void updateLadders(recorded);
  });
  bus.subscribe('player:notifications', createNotifier(rooms, queueId));
  bus.subscribe('system:events', createCrier(rooms, queueId));
  bus.subscribe('system:events', ({ payload }) => {
    // What it has handed over is taken up at once.
    if (payload.type === 'process_down') membership.hint();
    else if (payload.type === 'user_deleted') users.forget(payload.userId);
  });
  // Each battle once: by the process in which it started, and by the one that recorded it.
  bus.subscribe('match:events', (event) => {
    if (event.serverId === matchMaker.processId) webhooks?.tell(event);
  });
}
