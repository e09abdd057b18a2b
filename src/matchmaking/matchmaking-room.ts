/** The Colyseus room `matchmaking`, one per process: the queues as clients see them. The rules are in `Matchmaker`. */
import { Room, type Client, type RoomException } from '@colyseus/core';
import type { z } from 'zod';
import type { Identity } from '../auth/token.ts';
import type { BattleId, FormatId, UserId } from '../battle/ids.ts';
import { LIMITS } from '../config/limits.ts';
import { errorBody } from '../errors.ts';
import type { Match, Placing, Ticket, TicketDraft } from '../persistence/tickets/tickets.ts';
import type { BattleDescription } from '../rooms/battle-view.ts';
import { gateMessages, type Reply } from '../rooms/message-gate.ts';
import { MATCHMAKING_MESSAGES, type MatchmakingEvents, type Notification } from '../rooms/messages.ts';
import type { OnlineConnection } from '../rooms/online-connections.ts';
import { roomFault } from '../rooms/room-fault.ts';
import { sendAll, UserConnections } from '../rooms/user-connections.ts';
import { CLOSE, encodeMessage } from '../rooms/wire.ts';
import type { Connection } from './attendance.ts';
import { challengeCommands } from './challenge-commands.ts';
import { CHALLENGE_TOPIC, type ChallengeNote } from './challenge-notes.ts';
import type { ChallengeHall, Challenges } from './challenges.ts';
import type { MatchmakingPorts } from './matchmaking-ports.ts';
import type { Matchmaker, QueueEvents } from './matchmaker.ts';
import { QUEUE_TOPIC, type QueueNote } from './queue-notes.ts';
import { SocketConnection } from './socket-connection.ts';
import { coded, Turns } from './turns.ts';

type QueueClient = Client<{ auth: Identity; userData: Connection }>;

type BotWish = z.infer<(typeof MATCHMAKING_MESSAGES)['PLAY_BOT']>;

const TICK_MS = 1_000;

export class MatchmakingRoom extends Room<{ client: QueueClient }> implements QueueEvents {
  override autoDispose = false;
  override patchRate = 1_000;
  override maxMessagesPerSecond = LIMITS.messagesPerSecondHard;
  matchmaker!: Matchmaker;
  #challenges!: Challenges;
  #ports!: MatchmakingPorts;
  #cancelTick = (): void => {};
  readonly #connections = new UserConnections<QueueClient>(this, LIMITS.connectionsPerUserMatchmaking);
  readonly #turns = new Turns();

  override async onCreate(options: { readonly ports: MatchmakingPorts }): Promise<void> {
    this.#ports = options.ports;
    await this.presence.subscribe(QUEUE_TOPIC, (note: QueueNote) => void this.#hear(note));
    this.matchmaker = this.#ports.matchmaker(this);
    this.#challenges = this.#ports.challenges(this.#hall());
    await this.presence.subscribe(CHALLENGE_TOPIC, (note: ChallengeNote) => this.#challenges.hear(note));
    this.#tick();
    gateMessages<QueueClient, typeof MATCHMAKING_MESSAGES>(
      this,
      MATCHMAKING_MESSAGES,
      {
        JOIN_QUEUE: (client, { format, teamId }) =>
          this.#turns.take(client, () => this.#join(client, format, teamId)),
        LEAVE_QUEUE: (client) => this.#turns.take(client, () => this.#leaveQueue(client.auth!.id)),
        PLAY_BOT: (client, wish) => this.#turns.take(client, () => this.#playBot(client, wish)),
        REJOIN: (client, payload) => coded(() => this.#rejoin(client, payload?.battleId)),
        ...challengeCommands<QueueClient>(this.#challenges, (client, work) => this.#turns.take(client, work)),
      },
      {
        now: () => this.#ports.scheduler.now(),
        refused: (code) => this.#ports.meter.refused('matchmaking', code),
      },
    );
  }

  override onDispose(): void {
    this.#cancelTick();
  }

  override async onJoin(client: QueueClient): Promise<void> {
    const { id } = client.auth!;
    client.userData = new SocketConnection(client, this.#ports.scheduler);
    this.#connections.add(client);
    await this.matchmaker.connected(id, client.userData);
    void this.#challenges.connected(id, (type, payload) => client.send(type, payload));
  }

  override onLeave(client: QueueClient): void {
    const { id } = client.auth!;
    this.#connections.remove(client);
    void this.matchmaker.disconnected(id, client.userData!);
    if (!this.#connections.has(id)) void this.#challenges.disconnected(id);
  }

  override onUncaughtException(error: RoomException, method: string): void {
    this.#ports.logger.error(roomFault(error, method), 'the matchmaking room failed');
  }

  async matched(match: Match): Promise<void> {
    await this.#challenges.ended(match, 'accepted');
    const { battleId, format, tickets } = match;
    const users = tickets.map(({ userId }) => userId);
    const isArranged = tickets[0].challenge !== undefined;
    await this.#note({ kind: 'matched', battleId, format, users, isArranged });
  }

  givenBack(match: Match): void {
    void this.#challenges.ended(match, 'busy').catch((error: unknown) => this.failed(error, match.battleId));
  }

  busy({ userId }: Ticket, battleId: BattleId): void {
    void this.#note({ kind: 'busy', userId, battleId }).catch((error: unknown) =>
      this.failed(error, battleId),
    );
  }

  /** Brings a battle to life in this process. Asked by the process that paired it. */
  openHere(battleId: BattleId): Promise<unknown> {
    return this.#ports.ensureRoom(battleId);
  }

  /** The battles of this process. Asked by one that lists those of all. */
  liveHere(): readonly BattleDescription[] {
    return this.#ports.liveHere();
  }

  /** Who is connected to this process. Asked for the operator. */
  onlineHere(): readonly OnlineConnection[] {
    return this.#ports.operator.onlineHere();
  }

  /** Asked by the operator, through whichever process. */
  drainHere(): true {
    this.#ports.operator.drainHere();
    return true;
  }

  /** The figures of this process. Asked for the operator. */
  figuresHere(): object {
    return this.#ports.operator.figuresHere();
  }

  lapsed({ userId, format }: Ticket): void {
    this.#tell(userId, 'QUEUE_LEFT', { format, reason: 'disconnected' });
  }

  lost(userId: UserId, format: FormatId): void {
    this.#tell(userId, 'QUEUE_LEFT', { format, reason: 'disconnected' });
  }

  found(userId: UserId, format: FormatId, battleId: BattleId): void {
    void this.#seatAll(battleId, format, [userId], false).catch((error: unknown) =>
      this.failed(error, battleId),
    );
  }

  moved(userId: UserId, placing: Placing): void {
    this.#tell(userId, 'QUEUE_JOINED', placing);
  }

  /** To all connections of the user here. */
  notify(userId: UserId, notification: Notification): void {
    this.#tell(userId, 'NOTIFICATION', notification);
  }

  failed(error: unknown, battleId?: BattleId): void {
    this.#ports.logger.error({ battleId, err: error }, 'matchmaking failed');
  }

  /** This process goes away. The tickets stay, and their users find them again from another one. */
  async handOver(): Promise<void> {
    for (const [userId, { format }] of this.matchmaker.waiting())
      this.#tell(userId, 'QUEUE_LEFT', { format, reason: 'shutdown' });
    await this.disconnect(CLOSE.MOVED);
  }

  /** After a battle that not everybody joined. Whoever has the connection of one who came queues him again. */
  async requeue(absent: readonly UserId[], present: readonly TicketDraft[]): Promise<void> {
    await this.#note({ kind: 'no-show', absent, present });
  }

  async #note(note: QueueNote): Promise<void> {
    await this.presence.publish(QUEUE_TOPIC, note);
  }

  async #hear(note: QueueNote): Promise<void> {
    try {
      if (note.kind === 'matched')
        await this.#seatAll(note.battleId, note.format, note.users, note.isArranged);
      else if (note.kind === 'no-show') await this.#queueAgain(note.absent, note.present);
      else {
        const { userId, battleId } = note;
        this.#tell(userId, 'ERROR', errorBody('ALREADY_IN_BATTLE', undefined, { battleId }));
      }
    } catch (error) {
      this.failed(error, 'battleId' in note ? note.battleId : undefined);
    }
  }

  async #queueAgain(absent: readonly UserId[], present: readonly TicketDraft[]): Promise<void> {
    for (const { userId, placing } of await this.matchmaker.noShow(absent, present)) {
      this.#tell(userId, 'QUEUE_JOINED', placing);
      void this.matchmaker.pair(placing.format);
    }
  }

  /** Each connection of the matched users here gets a seat of its own. */
  async #seatAll(
    battleId: BattleId,
    format: FormatId,
    users: readonly UserId[],
    isArranged: boolean,
  ): Promise<void> {
    this.matchmaker.seated(users);
    for (const userId of users) {
      if (!isArranged) this.#tell(userId, 'QUEUE_LEFT', { format, reason: 'matched' });
      for (const client of this.#connections.of(userId)) {
        // A seat that cannot be had, since its process is dying or too busy, must not cost the others theirs.
        const seat = await this.#ports.seat(battleId, client.auth!).catch((error: unknown) => {
          this.failed(error, battleId);
          client.send('ERROR', errorBody('ALREADY_IN_BATTLE', undefined, { battleId }));
        });
        if (seat) client.send('MATCH_FOUND', seat);
      }
    }
  }

  #tick(): void {
    void this.matchmaker.tick();
    void this.#challenges.tick();
    this.#cancelTick = this.#ports.scheduler.after(TICK_MS, () => this.#tick());
  }

  #hall(): ChallengeHall {
    return {
      isHere: (userId) => this.#connections.has(userId),
      tell: (userId, type, payload) => this.#tell(userId, type, payload),
      note: async (note) => void (await this.presence.publish(CHALLENGE_TOPIC, note)),
      open: (match) => this.matchmaker.open(match),
      failed: (error) => this.failed(error),
    };
  }

  async #join(client: QueueClient, formatId: string, teamId: string | undefined): Promise<Reply> {
    const { id: userId, name } = client.auth!;
    const team = await this.#ports.team(userId, formatId, teamId);
    const format = formatId as FormatId;
    const joined = await this.matchmaker.join(
      client.userData!,
      { userId, name, elo: await this.#ports.elo(userId, format) },
      format,
      team,
    );
    if (joined.kind === 'refused') return { ok: false, error: joined.error };
    this.#tell(userId, 'QUEUE_JOINED', joined.placing);
    void this.matchmaker.pair(joined.placing.format);
    return { ok: true, value: joined.placing };
  }

  async #playBot(client: QueueClient, { format: formatId, teamId, bot = 'greedy' }: BotWish): Promise<Reply> {
    const { id: userId, name } = client.auth!;
    const team = await this.#ports.team(userId, formatId, teamId);
    const format = formatId as FormatId;
    const elo = await this.#ports.elo(userId, format);
    const battleId = await this.#ports.playBot({ userId, name, elo }, format, team, bot);
    await this.#note({ kind: 'matched', battleId, format, users: [userId], isArranged: true });
    return { ok: true, value: { battleId } };
  }

  async #leaveQueue(userId: UserId): Promise<Reply> {
    const left = await this.matchmaker.leave(userId);
    if (left.kind === 'refused') return { ok: false, error: left.error };
    if (left.kind === 'left') this.#tell(userId, 'QUEUE_LEFT', { format: left.format, reason: 'left' });
    return { ok: true };
  }

  async #rejoin(client: QueueClient, wanted: string | undefined): Promise<Reply> {
    const battleId = (wanted as BattleId | undefined) ?? (await this.#ports.battleOf(client.auth!.id));
    const seat = battleId && (await this.#ports.seatAgain(battleId, client.auth!));
    if (!seat) return { ok: false, error: errorBody('BATTLE_NOT_FOUND') };
    client.send('MATCH_FOUND', seat);
    return { ok: true };
  }

  #tell<K extends keyof MatchmakingEvents>(userId: UserId, type: K, payload: MatchmakingEvents[K]): void {
    const clients = this.#connections.of(userId);
    if (clients.length > 0) sendAll(this, clients, encodeMessage(type, payload));
  }
}
