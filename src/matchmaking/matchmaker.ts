/**
 * The queues as one process runs them: takes users in and out, keeps the tickets of its connected users alive, pairs,
 * and sees every match into its battle. Several processes may run one over the same store. It has no timer and no
 * sockets: the room calls `tick` each second and `pair` after a join, and hears what to tell through `QueueEvents`.
 */
import type { BattleId, FormatId, PackedTeam, UserId } from '../battle/ids.ts';
import { StoreAway } from '../persistence/input-log/input-log.ts';
import type {
  JoinResult,
  Match,
  Placing,
  Ticket,
  TicketDraft,
  TicketStore,
} from '../persistence/tickets/tickets.ts';
import type { Meter } from '../telemetry/meter.ts';
import { Attendance, type Connection } from './attendance.ts';
import { tellBearings, type BearingEvents } from './bearings.ts';
import type { MatchEvents } from './match-opener.ts';
import { MatchOpener } from './match-opener.ts';
import type { OpenBattle } from './open-battle.ts';
import { pair } from './pairing.ts';
import type { Refused } from './refused.ts';
import { refused, refusedJoin } from './refused.ts';
import { SingleFlight } from './single-flight.ts';

/** A user with the rating in the format to queue for. */
export interface Player {
  readonly userId: UserId;
  readonly name: string;
  readonly elo: number;
}

/** What the room has to tell. */
export interface QueueEvents extends MatchEvents, BearingEvents {
  /** The ticket is gone because its user had no connection for too long. */
  lapsed(ticket: Ticket): void;
}

export interface MatchmakerPorts {
  readonly tickets: TicketStore;
  readonly events: QueueEvents;
  readonly openBattle: OpenBattle;
  newBattleId(): BattleId;
  readonly meter: Pick<Meter, 'waited'>;
  /** The living battle that this user sits in. */
  battleOf(userId: UserId): Promise<BattleId | null>;
}

export type QueueJoin = { readonly kind: 'joined'; readonly placing: Placing } | Refused;
export type QueueLeave =
  { readonly kind: 'left'; readonly format: FormatId } | { readonly kind: 'none' } | Refused;

export class Matchmaker {
  readonly #ports: MatchmakerPorts;
  readonly #attendance = new Attendance();
  readonly #passes = new Map<FormatId, { again: boolean; readonly done: Promise<void> }>();
  readonly #opener: MatchOpener;
  readonly #renewal = new SingleFlight();
  readonly #rounds = new SingleFlight();

  constructor(ports: MatchmakerPorts) {
    this.#ports = ports;
    this.#opener = new MatchOpener(ports);
  }

  /**
   * Refused with `ALREADY_IN_BATTLE`, `ALREADY_IN_QUEUE`, `RATE_LIMITED` (after a no-show), `ROOM_FULL` (the queue's
   * bound) or `REDIS_UNAVAILABLE`. Tell the user, then call `pair(format)`. `team` is null where the format draws the
   * teams, otherwise valid for the format. A connection that comes back to a ticket takes it over, one that is paired
   * too: then the position is 0, and the match is told when its battle is open.
   */
  async join(
    connection: Connection,
    player: Player,
    format: FormatId,
    team: PackedTeam | null,
  ): Promise<QueueJoin> {
    const { userId, name, elo } = player;
    return this.#unlessAway(async () => {
      const battleId = await this.#ports.battleOf(userId);
      if (battleId) return refused('ALREADY_IN_BATTLE', { battleId });
      const result = await this.#take(connection, { userId, name, elo, format, team });
      if (result.kind !== 'joined') return refusedJoin(result);
      // Who is paired may have been told of the match by now, or before this connection began.
      const opened = result.placing.position === 0 ? await this.#ports.battleOf(userId) : null;
      if (opened) return refused('ALREADY_IN_BATTLE', { battleId: opened });
      this.#attendance.tell(userId, result.placing);
      return result;
    });
  }

  /** `none`: there is no ticket, or it is paired already and its battle about to open. */
  async leave(userId: UserId): Promise<QueueLeave> {
    return this.#unlessAway(async () => {
      const ticket = await this.#ports.tickets.leave(userId);
      if (!ticket) return { kind: 'none' };
      this.#attendance.forget(userId);
      return { kind: 'left', format: ticket.format };
    });
  }

  /** A connection of this user began. From now on a living ticket of his is kept alive. */
  async connected(userId: UserId, connection: Connection): Promise<void> {
    this.#attendance.enter(userId, connection);
    await this.#quietly(() => this.#ports.tickets.renew([userId]));
  }

  /** A connection of this user ended. After the last one his ticket lapses in `lapseMs`. */
  async disconnected(userId: UserId, connection: Connection): Promise<void> {
    this.#attendance.leave(userId, connection);
    if (!this.#attendance.has(userId)) await this.#quietly(() => this.#ports.tickets.renew([userId]));
  }

  /** Everybody who is connected here and waits, with what they were last told. */
  waiting(): readonly (readonly [UserId, Placing])[] {
    return this.#attendance.waiting();
  }

  /** These users wait no more: their battle is open, and they have been told. */
  seated(users: readonly UserId[]): void {
    for (const userId of users) this.#attendance.forget(userId);
  }

  /**
   * After a battle that not everybody joined: who did not come may not queue for a while, and who came and is connected
   * here waits again, at the head of the queue. Tell those where they stand, then call `pair`. Rejects with `StoreAway`;
   * calling it again for the same battle is harmless.
   */
  async noShow(
    absent: readonly UserId[],
    present: readonly TicketDraft[],
  ): Promise<readonly { readonly userId: UserId; readonly placing: Placing }[]> {
    for (const userId of absent) await this.#ports.tickets.penalise(userId);
    const placings = [];
    for (const draft of present) {
      const { userId } = draft;
      // Who has left the queue's room would hear of nothing, and miss the next battle too.
      if (!this.#attendance.has(userId)) continue;
      const placing = await this.#ports.tickets.joinAtHead(draft);
      this.#attendance.tell(userId, placing);
      placings.push({ userId, placing });
    }
    return placings;
  }

  /**
   * To be called each second: renews; and sweeps, pairs every queue and tells who moved. Never rejects; what is still
   * under way from an earlier call is joined. A slow store holds up the one and not the other: tickets must not lapse
   * while their process waits for something else.
   */
  async tick(): Promise<void> {
    const { tickets } = this.#ports;
    await Promise.all([
      this.#renewal.run(() => this.#quietly(() => tickets.renew(this.#attendance.users))),
      this.#rounds.run(() => this.#quietly(() => this.#goRound())),
    ]);
  }

  /** Pairs one queue. Never rejects; a call during a pass adds one more pass after it. */
  pair(format: FormatId): Promise<void> {
    const running = this.#passes.get(format);
    if (running) {
      running.again = true;
      return running.done;
    }
    const pass = { again: true, done: Promise.resolve() };
    this.#passes.set(format, pass);
    pass.done = this.#quietly(async () => {
      try {
        while (pass.again) {
          pass.again = false;
          await this.#pairOnce(format);
        }
      } finally {
        this.#passes.delete(format);
      }
    });
    return pass.done;
  }

  /** Sees a match into its battle that was made elsewhere than in a queue. */
  open(match: Match): void {
    this.#opener.open(match);
  }

  /** Resolves when no match that this process has taken up is on its way any more. */
  settled(): Promise<void> {
    return this.#opener.settled();
  }

  async #take(connection: Connection, draft: TicketDraft): Promise<JoinResult> {
    // Before the first await, so that of two joins sent at once the second is refused.
    const before = this.#attendance.ask(draft.userId, connection);
    const isAgain = before.includes(connection);
    let isTaken = false;
    try {
      const takeOver = before.length === 0 || (!isAgain && !(await anyAnswers(before)));
      const result = await this.#ports.tickets.join(draft, takeOver);
      isTaken = result.kind === 'joined';
      return result;
    } catch (error) {
      if (error instanceof StoreAway) this.#attendance.doubt(draft.userId);
      throw error;
    } finally {
      if (!isTaken && !isAgain) this.#attendance.unask(draft.userId, connection);
    }
  }

  async #goRound(): Promise<void> {
    const { tickets, events } = this.#ports;
    // Whoever was told that he does not queue must not be paired.
    for (const userId of this.#attendance.doubtful()) {
      await tickets.leave(userId);
      this.#attendance.settle(userId);
    }
    for (const ticket of await tickets.sweepLapsed()) {
      this.#attendance.forget(ticket.userId);
      events.lapsed(ticket);
    }
    this.#opener.resume(await tickets.sweepMatches());
    for (const format of await tickets.formats()) await this.pair(format);
    await tellBearings(this.#attendance, this.#ports);
  }

  async #pairOnce(format: FormatId): Promise<void> {
    const { tickets, meter } = this.#ports;
    const { now, tickets: waiting } = await tickets.waiting(format);
    for (const [first, second] of pair(waiting, now)) {
      // null: one of them has left or was paired elsewhere meanwhile; the other is in the next pass.
      const match = await tickets.match(this.#ports.newBattleId(), format, [first.userId, second.userId]);
      if (!match) continue;
      for (const { joinedAt } of match.tickets) meter.waited(format, now - joinedAt);
      this.#opener.open(match);
    }
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // What was left undone is done by the next tick that reaches the store.
      if (!(error instanceof StoreAway)) this.#ports.events.failed(error);
    }
  }

  async #unlessAway<Result>(work: () => Promise<Result>): Promise<Result | Refused> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreAway) return refused('REDIS_UNAVAILABLE');
      throw error;
    }
  }
}

async function anyAnswers(connections: readonly Connection[]): Promise<boolean> {
  const answers = await Promise.all(connections.map((connection) => connection.answers()));
  return answers.includes(true);
}
