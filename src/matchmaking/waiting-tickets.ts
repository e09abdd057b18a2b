/** Who waits in the queues, for the operator. */
import type { FormatId } from '../battle/ids.ts';
import { LIMITS } from '../config/limits.ts';
import type { TicketStore, Waiting } from '../persistence/tickets/tickets.ts';

export interface WaitingQueue {
  readonly format: FormatId;
  readonly waiting: number;
  /** Of the one who has waited longest. */
  readonly longestMs: number;
  /** The first `LIMITS.listRows` by place. */
  readonly tickets: readonly (Pick<Waiting, 'userId' | 'elo'> & { readonly waitedMs: number })[];
}

/** Queues in which somebody waits, by format. Rejects with `StoreAway`. */
export async function waitingTickets(
  store: Pick<TicketStore, 'formats' | 'waiting'>,
): Promise<readonly WaitingQueue[]> {
  const formats = [...(await store.formats())].sort();
  return Promise.all(
    formats.map(async (format) => {
      const { now, tickets } = await store.waiting(format);
      const waits = tickets.map(({ userId, elo, joinedAt }) => ({ userId, elo, waitedMs: now - joinedAt }));
      return {
        format,
        waiting: waits.length,
        longestMs: waits.reduce((longest, { waitedMs }) => Math.max(longest, waitedMs), 0),
        tickets: waits.slice(0, LIMITS.listRows),
      };
    }),
  );
}
