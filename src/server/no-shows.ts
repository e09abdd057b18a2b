/** After a battle that not everybody joined, who came is put back at the head of the queue. */
import { matchMaker } from '@colyseus/core';
import { findFormat } from '../battle/format.ts';
import { MatchmakingRoom } from '../matchmaking/matchmaking-room.ts';
import type { TicketDraft } from '../persistence/tickets/tickets.ts';
import type { EndedBattle } from '../rooms/battle-room.ts';
import type { Logger } from '../telemetry/logger.ts';

/** `queueId`: the matchmaking room of this process; it tells the others. */
export async function requeue(
  { opening, noShows }: EndedBattle,
  queueId: string,
  logger: Logger,
): Promise<void> {
  if (noShows.length === 0 || opening.arranged) return;
  const { format } = opening;
  const isOwnTeam = findFormat(format)?.teamRequired ?? false;
  const absent = opening.sides.filter(({ side }) => noShows.includes(side)).map(({ userId }) => userId);
  const present = opening.sides
    .filter(({ side }) => !noShows.includes(side))
    .map(({ userId, name, elo, team }): TicketDraft => ({
      userId,
      name,
      elo,
      format,
      team: isOwnTeam ? team : null,
    }));
  try {
    const queue: unknown = matchMaker.getLocalRoomById(queueId);
    if (queue instanceof MatchmakingRoom) await queue.requeue(absent, present);
  } catch (error) {
    logger.error({ battleId: opening.id, err: error }, 'a player could not be put back into the queue');
  }
}
