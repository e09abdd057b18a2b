/**
 * Challenges as one process runs them: sends, accepts and ends them, keeps those of its connected users alive, and tells
 * both users what becomes of them. It has no timer and no sockets: the room calls `tick` each second.
 */
import type { Identity } from '../auth/token.ts';
import { isBotId } from '../battle/bot-seat.ts';
import type { BattleId, ChallengeId, FormatId, PackedTeam, UserId } from '../battle/ids.ts';
import { CodedError } from '../errors.ts';
import type { BlockStore } from '../persistence/database/stores.ts';
import type { Challenge, ChallengeStore } from '../persistence/challenges/challenges.ts';
import { StoreAway } from '../persistence/input-log/input-log.ts';
import type { Match, Placing, TicketDraft } from '../persistence/tickets/tickets.ts';
import type { ChallengeEnd, MatchmakingEvents } from '../rooms/messages.ts';
import type { Scheduler } from '../rooms/scheduler.ts';
import { spend, type Buckets } from '../rate-limit.ts';
import {
  closedNote,
  matchNote,
  receivedMessage,
  sentMessage,
  sentNote,
  type ChallengeNote,
} from './challenge-notes.ts';
import { SingleFlight } from './single-flight.ts';

type Sent = MatchmakingEvents['CHALLENGE_SENT'];

export interface ChallengePorts {
  readonly store: ChallengeStore;
  readonly blocks: Pick<BlockStore, 'reach'>;
  readonly scheduler: Scheduler;
  /** By user: how often one may challenge. */
  readonly pace: Buckets;
  newChallengeId(): ChallengeId;
  newBattleId(): BattleId;
  battleOf(userId: UserId): Promise<BattleId | null>;
  /** As for the queue. */
  team(userId: UserId, format: string, teamId: string | undefined): Promise<PackedTeam | null>;
  elo(userId: UserId, format: FormatId): Promise<number>;
  /** For whom it may reach elsewhere than in the queue's room. */
  received(to: UserId, from: UserId, format: FormatId): void;
}

/** The room that they are in. */
export interface ChallengeHall {
  isHere(userId: UserId): boolean;
  /** To all connections of the user here. */
  tell<K extends keyof MatchmakingEvents>(userId: UserId, type: K, payload: MatchmakingEvents[K]): void;
  /** To all processes, this one included. */
  note(note: ChallengeNote): Promise<void>;
  /** Sees a match into its battle. */
  open(match: Match): void;
  failed(error: unknown): void;
}

/** How long it may take to find out who has blocked whom, in milliseconds. */
const PATIENCE_MS = 2_000;

export class Challenges {
  readonly #ports: ChallengePorts;
  readonly #hall: ChallengeHall;
  /** The open challenges of users who are connected here. */
  readonly #sent = new Map<UserId, ChallengeId>();
  readonly #renewal = new SingleFlight();
  readonly #sweep = new SingleFlight();

  constructor(ports: ChallengePorts, hall: ChallengeHall) {
    this.#ports = ports;
    this.#hall = hall;
  }

  /** Rejects with `StoreAway` or a `CodedError`, as the others below do. */
  async send(
    me: Identity,
    wish: { format: string; teamId?: string | undefined; to?: string | undefined },
  ): Promise<Sent> {
    const to = (wish.to ?? null) as UserId | null;
    if (to === me.id) throw new CodedError('INVALID_MESSAGE', 'Nobody can challenge oneself.');
    const from = await this.#ticketOf(me, wish.format, wish.teamId);
    const reach = to === null ? 'open' : await this.#reach(to, me.id);
    // A bot has been seen once it has played, and answers nobody.
    if (reach === 'unknown' || (to !== null && isBotId(to)))
      throw new CodedError('NOT_FOUND', 'There is no such user.');
    spend(this.#ports.pace, me.id);
    const challengeId = this.#ports.newChallengeId();
    const isMuted = reach === 'blocked';
    const result = await this.#ports.store.send({ challengeId, from, to, isMuted });
    if (result.kind === 'already')
      throw new CodedError('ALREADY_CHALLENGING', undefined, { challengeId: result.challengeId });
    if (result.kind === 'queued') throw inQueue(result.placing);
    if (result.kind === 'full') throw new CodedError('ROOM_FULL');
    const note = sentNote(result.challenge);
    await this.#hall.note(note);
    if (note.receiver !== null) this.#ports.received(note.receiver, me.id, note.format);
    return sentMessage(note);
  }

  async cancel(userId: UserId): Promise<void> {
    const challenge = await this.#ports.store.sentBy(userId);
    await this.#close(challenge, 'cancelled');
  }

  async decline(userId: UserId, id: string): Promise<void> {
    const challenge = await this.#ports.store.get(id as ChallengeId);
    await this.#close(challenge?.to === userId && !challenge.isMuted ? challenge : null, 'declined');
  }

  async accept(me: Identity, id: string, teamId: string | undefined): Promise<void> {
    const ports = this.#ports;
    const { store } = ports;
    const challenge = await store.get(id as ChallengeId);
    if (!challenge || !(await this.#mayAccept(me.id, challenge))) throw new CodedError('CHALLENGE_NOT_FOUND');
    const ticket = await this.#ticketOf(me, challenge.from.format, teamId);
    if (await ports.battleOf(challenge.from.userId))
      return this.#busy(await store.close(challenge.challengeId));
    const result = await store.accept(challenge.challengeId, ports.newBattleId(), ticket);
    if (result.kind === 'gone') throw new CodedError('CHALLENGE_NOT_FOUND');
    if (result.kind === 'queued') throw inQueue(result.placing);
    if (result.kind === 'busy') return this.#busy(result.challenge);
    this.#hall.open(result.match);
  }

  /** The battle of a challenge is open, or there will be none. */
  async ended(match: Match, reason: ChallengeEnd): Promise<void> {
    const note = matchNote(match, reason);
    if (note) await this.#hall.note(note);
  }

  hear(note: ChallengeNote): void {
    if (note.kind === 'sent') {
      const { id } = note.from;
      if (this.#hall.isHere(id)) this.#sent.set(id, note.challengeId);
      this.#hall.tell(id, 'CHALLENGE_SENT', sentMessage(note));
      if (note.receiver !== null) this.#hall.tell(note.receiver, 'CHALLENGE_RECEIVED', receivedMessage(note));
      return;
    }
    const { challengeId, reason } = note;
    for (const userId of note.users) {
      if (this.#sent.get(userId) === challengeId) this.#sent.delete(userId);
      this.#hall.tell(userId, 'CHALLENGE_CLOSED', { challengeId, reason });
    }
  }

  /** A connection of this user began: it is told what is open. */
  connected(userId: UserId, tell: (type: keyof MatchmakingEvents, payload: unknown) => void): Promise<void> {
    return this.#quietly(async () => {
      const { store } = this.#ports;
      const [sent, received] = await Promise.all([store.sentBy(userId), store.receivedBy(userId)]);
      if (sent) {
        if (this.#hall.isHere(userId)) this.#sent.set(userId, sent.challengeId);
        await store.renew([userId]);
        tell('CHALLENGE_SENT', sentMessage(sentNote(sent)));
      }
      for (const challenge of received) tell('CHALLENGE_RECEIVED', receivedMessage(sentNote(challenge)));
    });
  }

  /** The last connection of this user here ended. */
  disconnected(userId: UserId): Promise<void> {
    if (!this.#sent.delete(userId)) return Promise.resolve();
    return this.#quietly(() => this.#ports.store.renew([userId]));
  }

  /** To be called each second. Never rejects. */
  async tick(): Promise<void> {
    const { store } = this.#ports;
    await Promise.all([
      this.#sent.size > 0 &&
        this.#renewal.run(() => this.#quietly(() => store.renew([...this.#sent.keys()]))),
      this.#sweep.run(() => this.#quietly(() => this.#endOverdue())),
    ]);
  }

  async #endOverdue(): Promise<void> {
    for (const { challenge, reason } of await this.#ports.store.sweep())
      await this.#hall.note(closedNote(challenge, reason));
  }

  async #ticketOf(me: Identity, formatId: string, teamId: string | undefined): Promise<TicketDraft> {
    const ports = this.#ports;
    const team = await ports.team(me.id, formatId, teamId);
    const battleId = await ports.battleOf(me.id);
    if (battleId) throw new CodedError('ALREADY_IN_BATTLE', undefined, { battleId });
    const format = formatId as FormatId;
    return { userId: me.id, name: me.name, elo: await ports.elo(me.id, format), format, team };
  }

  async #mayAccept(userId: UserId, { from, to, isMuted }: Challenge): Promise<boolean> {
    if (from.userId === userId) return false;
    if (to !== null) return to === userId && !isMuted;
    return (await this.#reach(from.userId, userId)) !== 'blocked';
  }

  async #close(challenge: Challenge | null, reason: ChallengeEnd): Promise<void> {
    const closed = challenge && (await this.#ports.store.close(challenge.challengeId));
    if (!closed) throw new CodedError('CHALLENGE_NOT_FOUND');
    await this.#hall.note(closedNote(closed, reason));
  }

  /** Whoever wanted to accept it finds it gone. */
  async #busy(challenge: Challenge | null): Promise<never> {
    if (challenge) await this.#hall.note(closedNote(challenge, 'busy'));
    throw new CodedError('CHALLENGE_NOT_FOUND', 'Whoever sent this challenge is busy.');
  }

  /** A challenge is not delivered while it is not known whether it may be: rejects with `StoreAway`. */
  async #reach(to: UserId, from: UserId): Promise<Awaited<ReturnType<BlockStore['reach']>>> {
    const { promise, reject } = Promise.withResolvers<never>();
    const giveUp = (): void => reject(new StoreAway('Nobody knows who has blocked whom.'));
    const cancel = this.#ports.scheduler.after(PATIENCE_MS, giveUp);
    const reach = this.#ports.blocks.reach(to, from).catch((error: unknown) => {
      this.#hall.failed(error);
      giveUp();
      return promise;
    });
    return Promise.race([promise, reach]).finally(cancel);
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // What was left undone is done by the next tick that reaches the store.
      if (!(error instanceof StoreAway)) this.#hall.failed(error);
    }
  }
}

function inQueue({ format, position }: Placing): CodedError {
  return new CodedError('ALREADY_IN_QUEUE', undefined, { format, position });
}
