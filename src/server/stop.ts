/** The order in which a server goes away: nothing of a battle may be lost, and nobody is waited for in vain. */
import type { Server as HttpServer } from 'node:http';
import { matchMaker } from '@colyseus/core';
import type { Membership } from '../cluster/membership.ts';
import type { LadderRooms } from '../cluster/ladder-rooms.ts';
import type { Recovery } from '../cluster/recovery.ts';
import type { EventBus } from '../cluster/event-bus.ts';
import { MatchmakingRoom } from '../matchmaking/matchmaking-room.ts';
import type { ConnectionEvents } from '../persistence/connection-events.ts';
import type { Relay } from '../cluster/relay.ts';
import type { BattleRoom } from '../rooms/battle-room.ts';
import type { Stores } from '../stores.ts';
import type { Announcements } from './announcements.ts';
import type { Sockets } from './colyseus.ts';

export interface Running {
  readonly http: HttpServer;
  readonly sockets: Sockets;
  readonly rooms: ReadonlySet<BattleRoom>;
  /** Id of the matchmaking room. */
  readonly queueId: string;
  readonly ladders: LadderRooms;
  readonly recovery: Recovery;
  readonly membership: Membership;
  readonly relay: Relay | undefined;
  readonly bus: EventBus;
  readonly announcements: Announcements;
  /** What runs on timers of its own. */
  readonly helpers: readonly { stop(): void }[];
  readonly events: ConnectionEvents;
  readonly stores: Stores;
}

/** How long a battle may take to hand itself back before it is left to the next owner, and the queue to end. Milliseconds. */
const HAND_OVER_MS = 5_000;

/** How long clients may take to close their sockets at the end, and the bus to say goodbye. Milliseconds. */
const LINGER_MS = 1_000;

/** Hands everything over, then closes everything. Resolves when nothing is left. */
export async function stopServer({ http, sockets, rooms, stores, ...running }: Running): Promise<void> {
  const { queueId, ladders, recovery, membership, relay, bus, announcements, helpers, events } = running;
  announcements.draining();
  for (const helper of helpers) helper.stop();
  const queue: unknown = matchMaker.getLocalRoomById(queueId);
  const made = new Set(rooms);
  // A client that is gone without a word is waited for in vain.
  const leaving = [
    recovery.close(),
    queue instanceof MatchmakingRoom && queue.handOver(),
    ladders.close(),
    ...[...made].map((room) => room.handOver()),
  ];
  await Promise.all(leaving.map((left) => within(Promise.resolve(left), HAND_OVER_MS)));
  // A claim that was under way has made its room meanwhile.
  const late = [...rooms].filter((room) => !made.has(room));
  await Promise.all(late.map((room) => within(room.handOver(), HAND_OVER_MS)));
  await membership.stop();
  await within(announcements.down(), LINGER_MS);
  await within(bus.close(), LINGER_MS);
  matchMaker.stats.clearAutoPersistInterval();
  sockets.shutdown();
  relay?.close();
  http.closeAllConnections();
  const closed = new Promise((resolve) => http.close(resolve));
  // It waits for upgraded sockets too, and a client may never answer the closing of its own.
  await within(closed, LINGER_MS);
  sockets.cut();
  await events.close();
  // Last, since each room that has gone writes the count anew.
  await within(matchMaker.stats.excludeProcess(matchMaker.processId), LINGER_MS);
  await stores.close();
}

function within(work: Promise<unknown>, ms: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
