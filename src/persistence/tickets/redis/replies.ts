/** What the scripts of the queue answer. Redis has no fractions and no names: numbers come as text, records as lists. */
import type { BattleId, FormatId, UserId } from '../../../battle/ids.ts';
import type { Match, Placing, Ticket, TicketDraft, Waiting } from '../tickets.ts';

export type PlacingReply = [format: FormatId, position: number, joinedAt: string];
export type TicketReply = [
  draft: string,
  joinedAt: string,
  place: string,
  aliveUntil: string,
  lastFoe: UserId | null,
];
export type WaitingReply = [
  userId: UserId,
  elo: string,
  joinedAt: string,
  place: string,
  lastFoe: UserId | null,
];
export type MatchReply = [
  battleId: BattleId,
  format: FormatId,
  until: string,
  first: TicketReply,
  second: TicketReply,
];

export function placingOf([format, position, joinedAt]: PlacingReply): Placing {
  return { format, position, joinedAt: Number(joinedAt) };
}

export function ticketOf([draft, joinedAt, place, aliveUntil, lastFoe]: TicketReply): Ticket {
  return {
    ...(JSON.parse(draft) as TicketDraft),
    joinedAt: Number(joinedAt),
    place: Number(place),
    aliveUntil: Number(aliveUntil),
    ...(lastFoe !== null && { lastFoe }),
  };
}

export function waitingOf([userId, elo, joinedAt, place, lastFoe]: WaitingReply): Waiting {
  return {
    userId,
    elo: Number(elo),
    joinedAt: Number(joinedAt),
    place: Number(place),
    ...(lastFoe !== null && { lastFoe }),
  };
}

export function matchOf([battleId, format, until, first, second]: MatchReply): Match {
  return { battleId, format, tickets: [ticketOf(first), ticketOf(second)], until: Number(until) };
}
