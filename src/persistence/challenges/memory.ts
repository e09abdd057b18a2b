/** Challenges beside the tickets in the memory of one process. Every method runs without a pause, so it is atomic. */
import type { BattleId, ChallengeId, UserId } from '../../battle/ids.ts';
import type { MemoryTickets } from '../tickets/memory.ts';
import type { TicketDraft } from '../tickets/tickets.ts';
import { CHALLENGE_RULES, challengeTicket } from './challenges.ts';
import type {
  AcceptResult,
  Challenge,
  ChallengeDraft,
  ChallengeRules,
  ChallengeStore,
  SendResult,
  SweptChallenge,
} from './challenges.ts';

interface Open {
  readonly challenge: Challenge;
  aliveUntil: number;
}

/** `now` is in milliseconds since the epoch, and the clock of `tickets`. */
export class MemoryChallenges implements ChallengeStore {
  readonly #tickets: MemoryTickets;
  readonly #now: () => number;
  readonly #rules: ChallengeRules;
  /** Past their time too, until they are swept. */
  readonly #open = new Map<ChallengeId, Open>();
  /** The newest one of each. */
  readonly #sent = new Map<UserId, ChallengeId>();
  readonly #received = new Map<UserId, Set<ChallengeId>>();

  constructor(tickets: MemoryTickets, now: () => number, rules: ChallengeRules = CHALLENGE_RULES) {
    this.#tickets = tickets;
    this.#now = now;
    this.#rules = rules;
  }

  async send(draft: ChallengeDraft): Promise<SendResult> {
    const { challengeId, from, to } = draft;
    const old = this.#sentBy(from.userId);
    if (old?.challengeId === challengeId) return { kind: 'sent', challenge: old };
    if (old) return { kind: 'already', challengeId: old.challengeId };
    const placing = this.#tickets.placingNow(from.userId);
    if (placing) return { kind: 'queued', placing };
    if (to !== null && this.#receivedBy(to).length >= this.#rules.receivedBound) return { kind: 'full' };
    const expiresAt = this.#now() + this.#rules.lifeMs;
    const challenge = { ...draft, expiresAt };
    this.#add({ challenge, aliveUntil: this.#aliveUntil(expiresAt) });
    return { kind: 'sent', challenge };
  }

  async get(id: ChallengeId): Promise<Challenge | null> {
    return this.#living(id);
  }

  async sentBy(userId: UserId): Promise<Challenge | null> {
    return this.#sentBy(userId);
  }

  async receivedBy(userId: UserId): Promise<readonly Challenge[]> {
    return this.#receivedBy(userId);
  }

  async renew(userIds: readonly UserId[]): Promise<void> {
    for (const userId of userIds) {
      const challenge = this.#sentBy(userId);
      const open = challenge && this.#open.get(challenge.challengeId);
      if (open) open.aliveUntil = this.#aliveUntil(open.challenge.expiresAt);
    }
  }

  async accept(id: ChallengeId, battleId: BattleId, ticket: TicketDraft): Promise<AcceptResult> {
    const { userId } = ticket;
    const challenge = this.#living(id);
    if (!challenge || !isFor(challenge, userId)) return { kind: 'gone' };
    const placing = this.#tickets.placingNow(userId);
    if (placing) return { kind: 'queued', placing };
    this.#remove(challenge);
    if (this.#tickets.placingNow(challenge.from.userId)) return { kind: 'busy', challenge };
    const tickets = [challengeTicket(challenge.from, id), challengeTicket(ticket, id)] as const;
    return { kind: 'accepted', match: this.#tickets.matchNow(battleId, challenge.from.format, tickets) };
  }

  async close(id: ChallengeId): Promise<Challenge | null> {
    const challenge = this.#living(id);
    if (challenge) this.#remove(challenge);
    return challenge;
  }

  async sweep(): Promise<readonly SweptChallenge[]> {
    const now = this.#now();
    const over = [...this.#open.values()].filter(({ aliveUntil }) => aliveUntil <= now);
    return over.map(({ challenge }) => {
      this.#remove(challenge);
      return { challenge, reason: challenge.expiresAt <= now ? 'expired' : 'disconnected' };
    });
  }

  #aliveUntil(expiresAt: number): number {
    return Math.min(expiresAt, this.#now() + this.#rules.lapseMs);
  }

  /** One past its time is the sweep's to end. */
  #living(id: ChallengeId): Challenge | null {
    const open = this.#open.get(id);
    return open && open.aliveUntil > this.#now() ? open.challenge : null;
  }

  #sentBy(userId: UserId): Challenge | null {
    const id = this.#sent.get(userId);
    return id === undefined ? null : this.#living(id);
  }

  #receivedBy(userId: UserId): Challenge[] {
    return [...(this.#received.get(userId) ?? [])].flatMap((id) => this.#living(id) ?? []);
  }

  #add(open: Open): void {
    const { challengeId, from, to, isMuted } = open.challenge;
    this.#open.set(challengeId, open);
    this.#sent.set(from.userId, challengeId);
    if (to === null || isMuted) return;
    const received = this.#received.get(to) ?? new Set();
    this.#received.set(to, received.add(challengeId));
  }

  #remove({ challengeId, from, to }: Challenge): void {
    this.#open.delete(challengeId);
    if (this.#sent.get(from.userId) === challengeId) this.#sent.delete(from.userId);
    const received = to === null ? undefined : this.#received.get(to);
    received?.delete(challengeId);
    if (to !== null && received?.size === 0) this.#received.delete(to);
  }
}

function isFor({ from, to, isMuted }: Challenge, userId: UserId): boolean {
  return from.userId !== userId && (to === null || (to === userId && !isMuted));
}
