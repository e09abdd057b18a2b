/** Tells those who wait, and are connected here, where they stand whenever that is not what they were last told. */
import type { BattleId, FormatId, UserId } from '../battle/ids.ts';
import type { Placing, TicketStore } from '../persistence/tickets/tickets.ts';
import type { Attendance } from './attendance.ts';

export interface BearingEvents {
  /** The ticket of a connected user is gone, taken or lapsed elsewhere, and no battle came of it. */
  lost(userId: UserId, format: FormatId): void;
  /** A connected user has been in this battle for a while, and whoever opened it has not said so. */
  found(userId: UserId, format: FormatId, battleId: BattleId): void;
  /** A connected user who had queued stands at another position than the one last told. */
  moved(userId: UserId, placing: Placing): void;
}

export interface BearingPorts {
  readonly tickets: Pick<TicketStore, 'waiting' | 'placing'>;
  readonly events: BearingEvents;
  /** The living battle that this user sits in. */
  battleOf(userId: UserId): Promise<BattleId | null>;
}

/** Rejects with `StoreAway`. */
export async function tellBearings(attendance: Attendance, ports: BearingPorts): Promise<void> {
  const waiting = attendance.waiting();
  const formats = [...new Set(waiting.map(([, { format }]) => format))];
  // All at once: a store that is slow is so once, not once for each.
  const queues = new Map(
    await Promise.all(formats.map(async (format) => [format, await placingsIn(format, ports)] as const)),
  );
  await Promise.all(
    waiting.map(async ([userId, told]) => {
      const bearing = queues.get(told.format)?.get(userId) ?? (await elsewhere(userId, told, ports));
      // Meanwhile he may have left, or been told something newer.
      if (attendance.toldTo(userId) === told) tell(userId, told, bearing, attendance, ports.events);
    }),
  );
}

function tell(
  userId: UserId,
  told: Placing,
  bearing: Placing | BattleId | null,
  attendance: Attendance,
  events: BearingEvents,
): void {
  const { format } = told;
  if (bearing === null) {
    attendance.forget(userId);
    events.lost(userId, format);
  } else if (typeof bearing === 'string') {
    attendance.forget(userId);
    events.found(userId, format, bearing);
  } else if (bearing.position !== told.position || bearing.format !== format) {
    // Position 0 goes untold, but is noted: should he wait again, he hears of it.
    attendance.tell(userId, bearing);
    if (bearing.position > 0) events.moved(userId, bearing);
  }
}

/** Everybody who waits, head first. */
async function placingsIn(
  format: FormatId,
  { tickets }: BearingPorts,
): Promise<ReadonlyMap<UserId, Placing>> {
  const { tickets: waiting } = await tickets.waiting(format);
  return new Map(
    waiting.map(({ userId, joinedAt }, index) => [userId, { format, position: index + 1, joinedAt }]),
  );
}

/** Of one who is not in the queue that he was told of; null: nowhere. */
async function elsewhere(
  userId: UserId,
  told: Placing,
  ports: BearingPorts,
): Promise<Placing | BattleId | null> {
  const placing = await ports.tickets.placing(userId);
  if (placing && placing.position > 0) return placing;
  const battleId = await ports.battleOf(userId);
  if (!battleId) return placing;
  // The process that opened it is about to tell him. Only when it has not by the next look it never will.
  return told.position === 0 ? battleId : { ...told, position: 0 };
}
