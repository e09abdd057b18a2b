/** Tells those who wait, and are connected here, where they stand whenever that is not what they were last told. */
import type { BattleId, FormatId, UserId } from '../battle/ids.ts';
import type { Placing, TicketStore } from '../persistence/tickets/tickets.ts';
import type { Attendance } from './attendance.ts';

export interface BearingEvents {
  /** The ticket of a connected user is gone, taken or lapsed elsewhere, and no battle came of it. */
  lost(userId: UserId, format: FormatId): void;
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
  const queues = new Map<FormatId, ReadonlyMap<UserId, Placing>>();
  for (const [userId, told] of attendance.waiting()) {
    const queue = queues.get(told.format) ?? (await placingsIn(told.format, ports));
    queues.set(told.format, queue);
    const bearing = queue.get(userId) ?? (await elsewhere(userId, ports));
    // Meanwhile he may have left, or been told something newer.
    if (attendance.toldTo(userId) !== told) continue;
    if (bearing === 'lost' || bearing === 'battle') {
      attendance.forget(userId);
      if (bearing === 'lost') ports.events.lost(userId, told.format);
    } else if (bearing.position !== told.position || bearing.format !== told.format) {
      // Position 0 goes untold, but is noted: should he wait again, he hears of it.
      attendance.tell(userId, bearing);
      if (bearing.position > 0) ports.events.moved(userId, bearing);
    }
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

/** Of one who is not in the queue that he was told of. */
async function elsewhere(
  userId: UserId,
  ports: BearingPorts,
): Promise<Placing | 'battle' | 'lost'> {
  const placing = await ports.tickets.placing(userId);
  return placing ?? ((await ports.battleOf(userId)) ? 'battle' : 'lost');
}
