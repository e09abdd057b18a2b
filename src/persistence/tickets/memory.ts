/** Tickets in the memory of the one process that uses them. Every method runs without a pause, so it is atomic. */
import type { BattleId, FormatId, UserId } from '../../battle/ids.ts';
import { QUEUE_RULES } from './tickets.ts';
import type {
  JoinResult,
  Match,
  Placing,
  QueueRules,
  Ticket,
  TicketDraft,
  TicketStore,
  Waiting,
} from './tickets.ts';

interface Expiring<Value> {
  readonly value: Value;
  readonly until: number;
}

interface Pairing {
  readonly users: readonly [UserId, UserId];
  readonly format: FormatId;
  until: number;
}

/** `now` is in milliseconds since the epoch. */
export class MemoryTickets implements TicketStore {
  readonly #now: () => number;
  readonly #rules: QueueRules;
  /** Every ticket, waiting or paired. */
  readonly #tickets = new Map<UserId, Ticket>();
  /** By place. A ticket in no queue is in a match. */
  readonly #queues = new Map<FormatId, Ticket[]>();
  readonly #matches = new Map<BattleId, Pairing>();
  readonly #paired = new Set<UserId>();
  readonly #penalties = new Map<UserId, number>();
  readonly #lastFoes = new Map<UserId, Expiring<UserId>>();
  #nextPlace = 1;
  #nextHead = 0;

  constructor(now: () => number, rules: QueueRules = QUEUE_RULES) {
    this.#now = now;
    this.#rules = rules;
  }

  async join(draft: TicketDraft, takeOver: boolean): Promise<JoinResult> {
    const now = this.#now();
    const { userId, format } = draft;
    const old = this.#living(userId);
    if (old && !takeOver) return { kind: 'already', placing: this.#placingOf(old) };
    if (old && (this.#paired.has(userId) || old.format === format))
      return { kind: 'joined', placing: this.#replace(old, this.#paired.has(userId) ? old : draft) };
    const penalty = (this.#penalties.get(userId) ?? 0) - now;
    if (penalty > 0) return { kind: 'penalty', retryAfterMs: penalty };
    const queue = this.#queue(format);
    if (queue.length >= this.#rules.queueBound) return { kind: 'full' };
    if (old) this.#drop(old);
    // A clock set back must not put a later place earlier in time.
    const joinedAt = Math.max(now, queue.at(-1)?.joinedAt ?? now);
    return { kind: 'joined', placing: this.#enter(draft, joinedAt, this.#nextPlace++) };
  }

  async joinAtHead(draft: TicketDraft): Promise<Placing> {
    const old = this.#living(draft.userId);
    if (old) return this.#placingOf(old);
    const now = this.#now();
    const joinedAt = Math.min(now, this.#queue(draft.format)[0]?.joinedAt ?? now);
    return this.#enter(draft, joinedAt, this.#nextHead--);
  }

  async leave(userId: UserId): Promise<Ticket | null> {
    const ticket = this.#living(userId);
    if (!ticket || this.#paired.has(userId)) return null;
    this.#drop(ticket);
    return ticket;
  }

  async renew(userIds: readonly UserId[]): Promise<void> {
    const aliveUntil = this.#now() + this.#rules.lapseMs;
    for (const userId of userIds) {
      const ticket = this.#living(userId);
      if (ticket && ticket.aliveUntil > this.#now()) this.#put({ ...ticket, aliveUntil });
    }
  }

  async placing(userId: UserId): Promise<Placing | null> {
    return this.placingNow(userId);
  }

  /** For other stores in this memory, whose steps are atomic too. */
  placingNow(userId: UserId): Placing | null {
    const ticket = this.#living(userId);
    return ticket ? this.#placingOf(ticket) : null;
  }

  async formats(): Promise<readonly FormatId[]> {
    return [...this.#queues.keys()];
  }

  async waiting(format: FormatId): Promise<{ now: number; tickets: readonly Waiting[] }> {
    const now = this.#now();
    return { now, tickets: this.#queue(format).filter((ticket) => ticket.aliveUntil > now) };
  }

  async match(battleId: BattleId, format: FormatId, users: readonly [UserId, UserId]): Promise<Match | null> {
    const known = this.#matches.get(battleId);
    const isAgain = known?.format === format && known.users.join() === users.join();
    if (known) return isAgain ? this.#matchOf(battleId, known) : null;
    const [first, second] = users.map((userId) => this.#pairable(userId, format));
    if (!first || !second || first === second) return null;
    return this.#pair(battleId, format, [first, second]);
  }

  /** Takes two who have no tickets into a match. For other stores in this memory. */
  matchNow(battleId: BattleId, format: FormatId, drafts: readonly [TicketDraft, TicketDraft]): Match {
    const now = this.#now();
    for (const draft of drafts) this.#enter(draft, now, this.#nextPlace++);
    const [first, second] = drafts.map(({ userId }) => this.#tickets.get(userId)!) as [Ticket, Ticket];
    return this.#pair(battleId, format, [first, second]);
  }

  async complete(battleId: BattleId): Promise<void> {
    const match = this.#matches.get(battleId);
    if (!match) return;
    const [first, second] = match.users;
    this.#endMatch(battleId, match.users);
    const until = this.#now() + this.#rules.lastFoeMs;
    this.#lastFoes.set(first, { value: second, until });
    this.#lastFoes.set(second, { value: first, until });
  }

  async giveBack(battleId: BattleId, users: readonly UserId[]): Promise<void> {
    const match = this.#matches.get(battleId);
    if (!match) return;
    const now = this.#now();
    for (const ticket of this.#endMatch(battleId, match.users)) {
      const isQueued = ticket.challenge === undefined && users.includes(ticket.userId);
      if (isQueued && ticket.aliveUntil > now) this.#add(ticket);
    }
  }

  async penalise(userId: UserId): Promise<void> {
    this.#penalties.set(userId, this.#now() + this.#rules.penaltyMs);
  }

  async sweepLapsed(): Promise<readonly Ticket[]> {
    const now = this.#now();
    const lapsed = [...this.#queues.values()].flat().filter((ticket) => ticket.aliveUntil <= now);
    for (const ticket of lapsed) this.#drop(ticket);
    for (const [userId, until] of this.#penalties) if (until <= now) this.#penalties.delete(userId);
    for (const [userId, { until }] of this.#lastFoes) if (until <= now) this.#lastFoes.delete(userId);
    return lapsed;
  }

  async sweepMatches(): Promise<readonly Match[]> {
    const now = this.#now();
    const overdue: Match[] = [];
    for (const [battleId, match] of this.#matches) {
      if (match.until > now) continue;
      match.until = now + this.#rules.matchMs;
      overdue.push(this.#matchOf(battleId, match));
    }
    return overdue;
  }

  /** The user's ticket; one that lapsed while waiting is dropped on the way, one in a match is its match's to drop. */
  #living(userId: UserId): Ticket | undefined {
    const ticket = this.#tickets.get(userId);
    if (!ticket || this.#paired.has(userId) || ticket.aliveUntil > this.#now()) return ticket;
    this.#drop(ticket);
    return undefined;
  }

  #pairable(userId: UserId, format: FormatId): Ticket | undefined {
    const ticket = this.#living(userId);
    return ticket && ticket.format === format && !this.#paired.has(userId) ? ticket : undefined;
  }

  #pair(battleId: BattleId, format: FormatId, tickets: readonly [Ticket, Ticket]): Match {
    for (const ticket of tickets) {
      this.#unqueue(ticket);
      this.#paired.add(ticket.userId);
    }
    const users = [tickets[0].userId, tickets[1].userId] as const;
    const match = { users, format, until: this.#now() + this.#rules.matchMs };
    this.#matches.set(battleId, match);
    return this.#matchOf(battleId, match);
  }

  #matchOf(battleId: BattleId, { users: [first, second], format, until }: Pairing): Match {
    return { battleId, format, tickets: [this.#tickets.get(first)!, this.#tickets.get(second)!], until };
  }

  #enter(draft: TicketDraft, joinedAt: number, place: number): Placing {
    const now = this.#now();
    const foe = this.#lastFoes.get(draft.userId);
    const ticket: Ticket = {
      ...draft,
      joinedAt,
      place,
      aliveUntil: now + this.#rules.lapseMs,
      ...(foe && foe.until > now && { lastFoe: foe.value }),
    };
    this.#add(ticket);
    return this.#placingOf(ticket);
  }

  #replace(old: Ticket, draft: TicketDraft): Placing {
    const ticket = { ...old, ...draft, aliveUntil: this.#now() + this.#rules.lapseMs };
    this.#put(ticket);
    return this.#placingOf(ticket);
  }

  #add(ticket: Ticket): void {
    this.#tickets.set(ticket.userId, ticket);
    const queue = this.#queues.get(ticket.format);
    if (queue) queue.splice(indexOf(queue, ticket.place), 0, ticket);
    else this.#queues.set(ticket.format, [ticket]);
  }

  /** Writes a ticket over the one with the same place. */
  #put(ticket: Ticket): void {
    this.#tickets.set(ticket.userId, ticket);
    if (this.#paired.has(ticket.userId)) return;
    const queue = this.#queue(ticket.format);
    queue[indexOf(queue, ticket.place)] = ticket;
  }

  #drop(ticket: Ticket): void {
    this.#tickets.delete(ticket.userId);
    this.#unqueue(ticket);
  }

  #unqueue(ticket: Ticket): void {
    const queue = this.#queue(ticket.format);
    queue.splice(indexOf(queue, ticket.place), 1);
    if (queue.length === 0) this.#queues.delete(ticket.format);
  }

  #endMatch(battleId: BattleId, users: readonly UserId[]): Ticket[] {
    this.#matches.delete(battleId);
    const tickets = users.flatMap((userId) => this.#tickets.get(userId) ?? []);
    for (const userId of users) {
      this.#paired.delete(userId);
      this.#tickets.delete(userId);
    }
    return tickets;
  }

  #placingOf({ userId, format, joinedAt, place }: Ticket): Placing {
    const position = this.#paired.has(userId) ? 0 : indexOf(this.#queue(format), place) + 1;
    return { format, position, joinedAt };
  }

  #queue(format: FormatId): Ticket[] {
    return this.#queues.get(format) ?? [];
  }
}

/** Index of the first ticket whose place is not below `place`. */
function indexOf(queue: readonly Ticket[], place: number): number {
  let from = 0;
  let to = queue.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((queue[middle]?.place ?? Infinity) < place) from = middle + 1;
    else to = middle;
  }
  return from;
}
