/**
 * The Colyseus room of a battle: sockets and state around a `BattleSession`. It is made by `ensureRoom` alone, from a
 * claim that was won; a client cannot create one. It lives until its end has been told, it is fenced, or handed over.
 */
import { Room, matchMaker, type Client, type RoomException } from '@colyseus/core';
import type { Identity } from '../auth/token.ts';
import type { Battle } from '../battle/battle.ts';
import type { ChannelId } from '../battle/channel.ts';
import type { Clock } from '../battle/clock.ts';
import { findFormat } from '../battle/format.ts';
import { SIDE_IDS, foeOf, type BattleId, type SideId, type UserId } from '../battle/ids.ts';
import type { ChoiceInput, Entry } from '../battle/input.ts';
import type { Opening } from '../battle/opening.ts';
import { reasonFor, type Outcome } from '../battle/outcome.ts';
import { PublicFacts } from '../battle/public-facts.ts';
import type { Random } from '../battle/random.ts';
import type { BattleRequest } from '../battle/request.ts';
import { LIMITS } from '../config/limits.ts';
import { errorBody, type ErrorBody } from '../errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import { BattleSession, type BattleLog, type MoveReply, type Outlet } from './battle-session.ts';
import { BattleState, copyFacts, openState, phaseOf, sideOf } from './battle-state.ts';
import { Connections, type BattleClient } from './connections.ts';
import { gateMessages, type Reply } from './message-gate.ts';
import {
  BATTLE_MESSAGES,
  JOIN_OPTIONS,
  type BattleEvents,
  type BattleStart,
  type Players,
} from './messages.ts';
import type { Scheduler } from './scheduler.ts';
import { CLOSE, encodeMessage, sendFrame } from './wire.ts';

/** A battle that this process has claimed and replayed. */
export interface Takeover {
  readonly battle: Battle;
  readonly clock: Clock;
  readonly entries: readonly Entry[];
  readonly epoch: number;
  readonly log: BattleLog;
}

export interface BattleEnd {
  readonly opening: Opening;
  /** Sides that never came, where that is why it ended. */
  readonly noShows: readonly SideId[];
}

export interface BattleRoomPorts {
  /** The takeover that this room was made for; each is given out once. */
  takeover(id: BattleId): Takeover | undefined;
  opened(room: BattleRoom): void;
  /** The end has been recorded and told. */
  ended(end: BattleEnd): void;
  disposed(room: BattleRoom): void;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly logger: Logger;
}

/** How long a room stays after the end, in milliseconds. */
const STAY_MS = 30_000;
/** How long an admitted connection may take to finish its upgrade, in seconds. */
const ADMITTED_S = 15;

export class BattleRoom extends Room<{ state: BattleState; client: BattleClient }> implements Outlet {
  override autoDispose = false;
  // Patches go out with their lines; this one only carries what is not urgent, such as the number of spectators.
  override patchRate = 1_000;
  override maxMessagesPerSecond = LIMITS.messagesPerSecondHard;
  session!: BattleSession;
  #ports!: BattleRoomPorts;
  #connections!: Connections;
  #isRecovered = false;
  readonly #facts = new PublicFacts();
  /** Lines already sent, by channel. */
  readonly #sent: Record<ChannelId, number> = { p1: 0, p2: 0, spectator: 0 };
  #sentRqid = 0;
  #autoMoves: SideId[] = [];
  #players!: Players;

  override onCreate(options: { readonly ports: BattleRoomPorts }): void {
    this.#ports = options.ports;
    const takeover = this.#ports.takeover(this.roomId as BattleId);
    if (!takeover) throw new Error('A battle room is made from a claim only.');
    const { battle, epoch } = takeover;
    this.#isRecovered = epoch > 1;
    this.#connections = new Connections(battle.opening.sides);
    this.#players = playersOf(battle);
    this.session = new BattleSession({
      ...takeover,
      ...this.#ports,
      isNew: !this.#isRecovered,
      outlet: this,
    });
    this.state = new BattleState();
    openState(this.state, battle, findFormat(battle.opening.format)?.gameType ?? '', epoch);
    this.#copyBattle();
    this.#markSent();
    this.#listen();
    this.#ports.opened(this);
  }

  override onDispose(): void {
    this.#ports?.disposed(this);
  }

  /** Starts the clocks; to be called once the room is listed. */
  async begin(): Promise<void> {
    await this.session.start();
  }

  /** Hands the battle back and sends everybody to its next owner. */
  async handOver(): Promise<void> {
    await this.session.stop();
    await this.disconnect(CLOSE.MOVED);
  }

  /** Why a join of this user cannot be; null when it can. */
  refusalOf(userId: UserId, options: unknown): ErrorBody | null {
    const parsed = JOIN_OPTIONS.safeParse(options);
    const channel = this.#channelOf(this.#connections.sideOf(userId));
    if (!parsed.success || (parsed.data.from ?? 0) > channel.length) return errorBody('INVALID_MESSAGE');
    return this.#connections.hasRoomFor(userId) ? null : errorBody('ROOM_FULL');
  }

  /** The session that a reconnection token of this user stands for. */
  sessionOf(token: string, { id }: Identity): string | null {
    return this.#connections.sessionOf(token, id);
  }

  /** As everybody may see it. */
  get players(): Players {
    return this.#players;
  }

  get spectators(): number {
    return this.#connections.spectators.size;
  }

  /**
   * Makes the seat that an upgrade asks for, so that Colyseus finds it: after a crash of the process that gave it out,
   * after a drop, and while the connection before it is still thought to be open. False when it is somebody else's.
   */
  async admit(sessionId: string, token: string | null, asker: Identity | null): Promise<boolean> {
    const old = this.clients.getById(sessionId);
    if (!old && this.hasReservedSeat(sessionId)) return true;
    const identity = this.#connections.entitled(sessionId, token, asker);
    if (!identity || !this.#connections.hasRoomFor(identity.id)) return false;
    if (old) {
      this.kickClient(sessionId, CLOSE.MOVED);
      // Colyseus counts the old connection out before the new one is counted in.
      await new Promise(setImmediate);
    }
    if (token === null) {
      await matchMaker.reserveSeatFor(this['_listing'], {}, { ...identity, sessionId });
      return true;
    }
    const stub = { sessionId, reconnectionToken: token, auth: identity } as unknown as Client;
    this.allowReconnection(stub, ADMITTED_S).catch(() => {
      // It did not come after all.
    });
    return true;
  }

  override onJoin(client: BattleClient, options: unknown): void {
    const parsed = JOIN_OPTIONS.safeParse(options);
    const from = (parsed.success && parsed.data.from) || 0;
    this.#welcome(client, 'BATTLE_START', from);
  }

  override onReconnect(client: BattleClient): void {
    // The stub of `admit` was not counted.
    void matchMaker.driver.update(this['_listing'], { $inc: { clients: 1 } });
    this['_events'].emit('join', client);
    this.#welcome(client, 'BATTLE_RESTORED', 0);
  }

  override onLeave(client: BattleClient): void {
    if (!this.#connections.remove(client)) return;
    const side = this.#connections.sideOf(client.auth!.id);
    if (!side) {
      this.state.spectators = this.#connections.spectators.size;
      return;
    }
    if (this.#connections.at(side).length > 0) return;
    this.session.left(side);
    this.#copySides();
    this.broadcastPatch();
    if (!this.session.isLive) return;
    this.#tellSide(foeOf(side), 'OPPONENT_DISCONNECTED', {
      timeoutMs: this.session.battle.opening.timer.absenceMs,
    });
  }

  override onUncaughtException(error: RoomException, method: string): void {
    this.#ports.logger.error({ battleId: this.roomId, method, err: error }, 'a battle room failed');
    if (method !== 'onCreate') this.session.fault(error);
  }

  accepted({ side, rqid, text }: ChoiceInput): void {
    this.#tellSide(side, 'MOVE_ACCEPTED', { rqid, choice: text });
  }

  updated(autoMoves: readonly SideId[]): void {
    this.#autoMoves.push(...autoMoves);
    this.#copyBattle();
    this.broadcastPatch();
    const { battle } = this.session;
    const isAskedAnew = battle.rqid !== this.#sentRqid;
    if (!isAskedAnew && battle.channels.spectator.length === this.#sent.spectator) return;
    for (const side of SIDE_IDS) this.#tellSide(side, 'BATTLE_UPDATE', this.#update(side, isAskedAnew));
    if (this.#connections.spectators.size > 0)
      this.#tell(this.#connections.spectators, 'BATTLE_UPDATE', this.#update(null, false));
    this.#markSent();
  }

  warned(side: SideId, secondsRemaining: number): void {
    this.#tellSide(side, 'TURN_WARNING', { battleId: this.roomId, secondsRemaining });
  }

  paused(reason: string): void {
    this.#tell(this.clients, 'BATTLE_PAUSED', { reason });
  }

  resumed(): void {
    this.#tell(this.clients, 'BATTLE_RESUMED', { now: this.session.deadlines.storeNow() });
  }

  ended(outcome: Outcome, noShows: readonly SideId[]): void {
    for (const side of [...SIDE_IDS, null])
      this.#tell(
        side ? this.#connections.at(side) : this.#connections.spectators,
        'BATTLE_END',
        this.#end(outcome, side),
      );
    this.#ports.scheduler.after(STAY_MS, () => void this.disconnect(CLOSE.OVER));
    this.#ports.ended({ opening: this.session.battle.opening, noShows });
  }

  fenced(): void {
    this.#ports.logger.warn({ battleId: this.roomId }, 'another process owns this battle');
    void this.disconnect(CLOSE.MOVED);
  }

  faulted(error: unknown): void {
    this.#ports.logger.error({ battleId: this.roomId, err: error }, 'a battle failed and ends void');
  }

  #listen(): void {
    const move =
      (act: (side: SideId) => Promise<MoveReply>) => async (client: BattleClient, isRequest: boolean) => {
        const side = this.#connections.sideOf(client.auth!.id);
        if (!side) return { ok: false, error: errorBody('NOT_A_PLAYER') } as const;
        return replyTo(await act(side), client, isRequest);
      };
    const { session } = this;
    gateMessages<BattleClient, typeof BATTLE_MESSAGES>(
      this,
      BATTLE_MESSAGES,
      {
        MOVE: (client, { choice, rqid }, isRequest) =>
          move((side) => session.choose(side, choice, rqid))(client, isRequest),
        FORFEIT: (client, _, isRequest) => move((side) => session.forfeit(side))(client, isRequest),
        REQUEST_STATE: (client, payload) => this.#sendState(client, payload?.from ?? 0),
      },
      () => this.#ports.scheduler.now(),
    );
  }

  #welcome(client: BattleClient, type: 'BATTLE_START' | 'BATTLE_RESTORED', from: number): void {
    const surplus = this.#connections.add(client);
    if (surplus) this.kickClient(surplus.sessionId, CLOSE.OVER);
    const side = this.#connections.sideOf(client.auth!.id);
    const start = this.#start(side, from);
    const message = this.#isRecovered ? 'The battle was recovered.' : 'You are back.';
    this.#tell([client], type, type === 'BATTLE_START' ? start : { ...start, message });
    this.#tellStanding(client, side);
    if (side && this.#connections.at(side).length === 1 && this.session.arrived(side))
      this.#tellSide(foeOf(side), 'OPPONENT_RECONNECTED', {});
    if (side) this.#copySides();
    else this.state.spectators = this.#connections.spectators.size;
    if (side) this.broadcastPatch();
  }

  /** What a connection that comes in late has missed besides lines: its side's answer, a pause, the end. */
  #tellStanding(client: BattleClient, side: SideId | null): void {
    const { battle } = this.session;
    const answer = side && battle.outcome === null ? battle.lastChoice(side) : undefined;
    if (answer?.rqid === battle.rqid)
      this.#tell([client], 'MOVE_ACCEPTED', { rqid: answer.rqid, choice: answer.text });
    if (this.session.isSuspended) this.#tell([client], 'BATTLE_PAUSED', { reason: 'store' });
    if (this.session.isOver && battle.outcome)
      this.#tell([client], 'BATTLE_END', this.#end(battle.outcome, side));
  }

  #sendState(client: BattleClient, from: number): Reply {
    const { session } = this;
    const side = this.#connections.sideOf(client.auth!.id);
    const channel = this.#channelOf(side);
    if (from > channel.length) return { ok: false, error: errorBody('INVALID_MESSAGE') };
    if (session.isOver && session.battle.outcome)
      this.#tell([client], 'BATTLE_END', this.#end(session.battle.outcome, side));
    else
      this.#tell([client], 'BATTLE_UPDATE', {
        from,
        lines: channel.slice(from),
        ...this.#openRequest(side),
        ...this.#now(),
      });
    return { ok: true };
  }

  #start(side: SideId | null, from: number): BattleStart {
    const { id: battleId, format } = this.session.battle.opening;
    const lines = this.#channelOf(side).slice(from);
    return {
      battleId,
      format,
      side,
      players: this.#players,
      from,
      lines,
      ...this.#openRequest(side),
      ...this.#now(),
    };
  }

  #update(side: SideId | null, withRequest: boolean): BattleEvents['BATTLE_UPDATE'] {
    const from = this.#sent[side ?? 'spectator'];
    const autoMove = this.#autoMoves.length > 0 ? { autoMove: this.#autoMoves } : undefined;
    const request = withRequest ? this.#openRequest(side) : undefined;
    return { from, lines: this.#channelOf(side).slice(from), ...request, ...autoMove, ...this.#now() };
  }

  #end({ winner, reason }: Outcome, side: SideId | null): BattleEvents['BATTLE_END'] {
    return {
      battleId: this.roomId,
      winner: winner && this.#players[winner].id,
      reason: reasonFor({ winner, reason }, side),
    };
  }

  /** The open request of a side that has not answered it, or only waits. */
  #openRequest(side: SideId | null): { readonly request?: BattleRequest } {
    const { battle } = this.session;
    const request = side && battle.outcome === null ? battle.request(side) : null;
    return side && request && (request.wait || battle.owes(side)) ? { request } : {};
  }

  #now(): { readonly now: number } {
    return { now: this.session.deadlines.storeNow() };
  }

  #channelOf(side: SideId | null): readonly string[] {
    return this.session.battle.channels[side ?? 'spectator'];
  }

  #tellSide<K extends keyof BattleEvents>(side: SideId, type: K, payload: BattleEvents[K]): void {
    this.#tell(this.#connections.at(side), type, payload);
  }

  #tell<K extends keyof BattleEvents>(
    clients: Iterable<BattleClient>,
    type: K,
    payload: BattleEvents[K],
  ): void {
    let frame: Buffer | undefined;
    for (const client of [...clients]) {
      frame ??= encodeMessage(type, payload);
      if (!sendFrame(client, frame)) this.kickClient(client.sessionId, CLOSE.MOVED);
    }
  }

  #markSent(): void {
    const { channels, rqid } = this.session.battle;
    for (const channel of ['p1', 'p2', 'spectator'] as const) this.#sent[channel] = channels[channel].length;
    this.#sentRqid = rqid;
    this.#autoMoves = [];
  }

  #copyBattle(): void {
    const { battle } = this.session;
    const lines = battle.channels.spectator;
    for (let line = this.#sent.spectator; line < lines.length; line++) this.#facts.apply(lines[line]!);
    copyFacts(this.state, this.#facts);
    this.state.phase = phaseOf(battle);
    this.state.startedAt = this.session.startedAt;
    this.state.endReason = battle.outcome?.reason ?? '';
    this.state.winner = this.session.userAt(battle.outcome?.winner ?? null) ?? '';
    this.#copySides();
  }

  #copySides(): void {
    const { battle, deadlines, isLive } = this.session;
    const isOpen = isLive && battle.outcome === null;
    for (const id of SIDE_IDS) {
      const side = sideOf(this.state, id);
      side.connected = this.#connections.at(id).length > 0;
      side.hasChosen =
        battle.outcome === null && !battle.owes(id) && battle.lastChoice(id)?.rqid === battle.rqid;
      side.deadlineAt = isOpen ? deadlines.turnDeadline(id) : 0;
      side.reconnectByAt = isOpen ? deadlines.returnDeadline(id) : 0;
    }
  }
}

function playersOf({ opening }: Battle): Players {
  const of = (side: SideId): Players[SideId] => {
    const { userId, name, elo } = opening.sides.find((seat) => seat.side === side)!;
    return { id: userId, name, elo };
  };
  return { p1: of('p1'), p2: of('p2') };
}

function replyTo(reply: MoveReply, client: BattleClient, isRequest: boolean): Reply {
  if (reply.kind === 'refused') return { ok: false, error: reply.error };
  const { rqid, choice, isRepeat } = reply;
  // The side's connections were told when it was accepted; who asks again by a message has no other answer.
  if (isRepeat && !isRequest) client.send('MOVE_ACCEPTED', { rqid, choice });
  return { ok: true, value: { accepted: true, rqid } };
}
