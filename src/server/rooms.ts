/** Tells Colyseus of the rooms there are, and gives each kind what it needs. */
import { matchMaker } from '@colyseus/core';
import type { BotWorker } from '../bots/bot-worker.ts';
import type { EventBus } from '../cluster/event-bus.ts';
import type { LadderRooms } from '../cluster/ladder-rooms.ts';
import type { Recovery } from '../cluster/recovery.ts';
import { LIMITS } from '../config/limits.ts';
import { MatchmakingRoom } from '../matchmaking/matchmaking-room.ts';
import type { ConnectionEvents } from '../persistence/connection-events.ts';
import { queuePorts, type QueueParts } from '../queue-ports.ts';
import { createBuckets } from '../rate-limit.ts';
import { BattleRoom, type BattleRoomPorts } from '../rooms/battle-room.ts';
import { LadderRoom, type LadderPorts } from '../rooms/ladder-room.ts';
import type { Clocks } from '../stores.ts';
import type { Counts } from '../telemetry/counts.ts';
import type { Announcements } from './announcements.ts';
import { listenToLadder } from './ladder-updates.ts';
import { requeue } from './no-shows.ts';

export interface RoomParts extends QueueParts {
  readonly recovery: Recovery;
  readonly announcements: Announcements;
  readonly botWorker: BotWorker;
  readonly events: ConnectionEvents;
  readonly counts: Counts;
  readonly bus: EventBus;
  readonly ladders: LadderRooms;
  readonly clocks: Clocks;
  /** The battles of this process: kept up to date here. */
  readonly rooms: Set<BattleRoom>;
  /** Id of the matchmaking room. */
  readonly queueId: string;
}

export function defineRooms(parts: RoomParts): void {
  matchMaker.defineRoomType('battle', BattleRoom, { ports: battlePorts(parts) });
  matchMaker.defineRoomType('matchmaking', MatchmakingRoom, { ports: queuePorts(parts) });
  matchMaker.defineRoomType('ladder', LadderRoom, { ports: ladderPorts(parts) });
}

function battlePorts(parts: RoomParts): BattleRoomPorts {
  const { recovery, announcements, membership, stores, rooms, queueId, logger, events } = parts;
  const { counts, meter, random, scheduler, botWorker, clocks } = parts;
  return {
    takeover: (room) => recovery.takeover(room),
    opened: (room) => {
      rooms.add(room);
      if (room.metadata.epoch === 1) announcements.started(room.session.battle.opening);
    },
    ended: (end) => {
      void requeue(end, queueId, logger);
    },
    disposed: (room) => rooms.delete(room),
    isTrusted: () => membership.isTrusted(),
    ratings: (id, signal) => stores.results.of(id, signal),
    thinker: botWorker,
    noted: (event) => events.note(event),
    counts,
    meter,
    resends: createBuckets({ ...LIMITS.resendsPerUser, now: () => scheduler.now() }),
    wall: clocks.wall,
    scheduler,
    random,
    logger,
  };
}

function ladderPorts({ stores, bus, ladders, scheduler, logger, meter }: RoomParts): LadderPorts {
  return {
    top: (format, rows) => stores.ratings.top(format, rows),
    listen: listenToLadder(bus),
    disposed: (roomId) => ladders.disposed(roomId),
    scheduler,
    logger,
    meter,
  };
}
