/** What the operator may ask of this process through any other one. */
import { matchMaker } from '@colyseus/core';
import type { BattleId } from '../battle/ids.ts';
import type { LadderRooms } from '../cluster/ladder-rooms.ts';
import type { OwnFigures } from '../figures.ts';
import type { OperatorPorts } from '../matchmaking/operator-ports.ts';
import type { BattleRoom } from '../rooms/battle-room.ts';
import { connectionsOf, type OnlineConnection, type OnlinePlace } from '../rooms/online-connections.ts';
import type { Scheduler } from '../rooms/scheduler.ts';

export interface OperatorParts {
  readonly rooms: ReadonlySet<BattleRoom>;
  /** Of the matchmaking room. */
  readonly queueId: string;
  readonly ladders: Pick<LadderRooms, 'ids'>;
  readonly figures: () => OwnFigures;
  readonly scheduler: Scheduler;
}

/** The answer is on its way by then. Milliseconds. */
const ANSWERED_MS = 100;

export function operatorPorts({ rooms, queueId, ladders, figures, scheduler }: OperatorParts): OperatorPorts {
  return {
    onlineHere: () => [
      ...[...rooms].flatMap(({ roomId, clients }) =>
        connectionsOf(clients, { room: 'battle', battleId: roomId as BattleId }),
      ),
      ...inRoom(queueId, { room: 'matchmaking', battleId: null }),
      ...ladders.ids.flatMap((id) => inRoom(id, { room: 'ladder', battleId: null })),
    ],
    figuresHere: figures,
    drainHere: () => {
      // The signal's own handler alone: a second signal, or one that nobody listens to, would end the process at once.
      scheduler.after(ANSWERED_MS, () => void process.emit('SIGTERM', 'SIGTERM'));
    },
  };
}

function inRoom(id: string, place: OnlinePlace): OnlineConnection[] {
  const room = matchMaker.getLocalRoomById(id);
  return room ? connectionsOf(room.clients, place) : [];
}
