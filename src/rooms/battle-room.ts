/**
 * The Colyseus room of a battle: sockets and state around a `BattleSession`. It is made by `ensureRoom` alone, from a
 * claim that was won; a client cannot create one. It lives until its end has been told, it is fenced, or handed over.
 */
import { Room, matchMaker, type RoomException } from '@colyseus/core';
import type { Identity } from '../auth/token.ts';
import type { SideId, UserId } from '../battle/ids.ts';
import { isFault, type Verdict } from '../battle/input.ts';
import type { Opening } from '../battle/opening.ts';
import type { Outcome } from '../battle/outcome.ts';
import { LIMITS } from '../config/limits.ts';
import { errorBody, type ErrorBody } from '../errors.ts';
import type { Buckets } from '../rate-limit.ts';
import type { Counts } from '../telemetry/counts.ts';
import { Attendance } from './attendance.ts';
import { takeMessages } from './battle-messages.ts';
import { BattleOutlet, type OutletPorts, type Stage } from './battle-outlet.ts';
import type { BattleSession } from './battle-session.ts';
import { BattleState } from './battle-state.ts';
import type { BattleDescription } from './battle-view.ts';
import { ConnectionNotes, type NotesPorts } from './connection-notes.ts';
import type { BattleClient } from './connections.ts';
import { JOIN_OPTIONS, type Notification } from './messages.ts';
import { tokenOfOurSchema } from './reconnection-token.ts';
import { roomFault } from './room-fault.ts';
import { admitTo, reservedFor } from './seats.ts';
import type { Takeover } from './session-ports.ts';
import { CLOSE, isOpen } from './wire.ts';

export interface EndedBattle {
  readonly opening: Opening;
  readonly outcome: Outcome;
  /** Sides that never came, where that is why it ended. */
  readonly noShows: readonly SideId[];
}

export interface BattleRoomPorts extends NotesPorts, OutletPorts {
  /** The takeover that this room was made for; each is given out once. */
  takeover(room: BattleRoom): Takeover | undefined;
  opened(room: BattleRoom): void;
  /** The end has been recorded. */
  ended(end: EndedBattle): void;
  disposed(room: BattleRoom): void;
  readonly counts: Counts;
  readonly resends: Buckets;
}

/** How long a room stays after the end, in milliseconds. */
const STAY_MS = 30_000;

export class BattleRoom
  extends Room<{ state: BattleState; client: BattleClient; metadata: { epoch: number } }>
  implements Stage
{
  override autoDispose = false;
  // Patches go out with their lines; this one only carries what is not urgent, such as the number of spectators.
  override patchRate = 1_000;
  override maxMessagesPerSecond = LIMITS.messagesPerSecondHard;
  session!: BattleSession;
  /** It takes nobody in any more. Another room may have its id only when `gone` has resolved. */
  isClosing = false;
  readonly #gone = Promise.withResolvers<void>();
  #ports!: BattleRoomPorts;
  #outlet!: BattleOutlet;
  #notes!: ConnectionNotes;
  #attendance!: Attendance;
  #isRecovered = false;
  #cancelStay = (): void => {};

  override onCreate(options: { readonly ports: BattleRoomPorts }): void {
    const takeover = options.ports.takeover(this);
    if (!takeover) throw new Error('A battle room is made from a claim only.');
    this.#ports = options.ports;
    const { battle, epoch } = takeover;
    this.#isRecovered = epoch > 1;
    // The driver decides by it which of two rooms is the battle's.
    this.metadata = { epoch };
    this.state = new BattleState();
    this.#outlet = new BattleOutlet(takeover, this.#ports, this);
    const { session, connections, audience, view, mirror, quality, ending } = this.#outlet;
    this.session = session;
    this.#notes = new ConnectionNotes(this.#ports, battle.opening, connections);
    this.#attendance = new Attendance({
      session,
      connections,
      audience,
      view,
      mirror,
      quality,
      ending,
      isRecovered: this.#isRecovered,
      putOut: ({ sessionId }) => this.kickClient(sessionId, CLOSE.OVER),
      note: (client, kind, what) => {
        // Who goes because the room closes has not dropped.
        if (!this.isClosing) this.#notes.noteClient(client, kind, what);
      },
      patch: () => this.broadcastPatch(),
    });
    takeMessages(this, {
      session,
      connections,
      audience,
      view,
      ending,
      resends: this.#ports.resends,
      now: () => this.#ports.scheduler.now(),
      refused: (code) => this.#ports.meter.refused('battle', code),
    });
    this.#ports.opened(this);
  }

  override onDispose(): void {
    this.#cancelStay();
    this.#outlet?.quality.stop();
    this.#outlet?.ending.stop();
    this.#ports?.disposed(this);
    this.#gone.resolve();
  }

  override disconnect(code?: number): Promise<unknown> {
    this.isClosing = true;
    return super.disconnect(code);
  }

  /** Colyseus has forgotten this room. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** Starts the clocks; to be called once the room is listed. */
  async begin(): Promise<void> {
    await this.session.start();
    if (this.#isRecovered && !this.isClosing) this.#notes.note('recovered');
  }

  /** Hands the battle back and sends everybody to its next owner. */
  async handOver(): Promise<void> {
    const isOver = this.session.hasEnded || this.isClosing;
    await this.session.stop();
    this.#outlet.ending.now();
    if (!isOver) this.#notes.note('moved');
    await this.disconnect(CLOSE.MOVED);
  }

  /** By the operator's word, from whichever process it comes. null once it is recorded, or why not. */
  async end(verdict: Verdict): Promise<ErrorBody | null> {
    const reply = await this.session.end(verdict);
    return reply.kind === 'accepted' ? null : reply.error;
  }

  describe(): BattleDescription {
    return this.#outlet.view.describe(this.#outlet.connections.spectators.size);
  }

  /** To all connections of the user at a side. */
  notify(userId: UserId, notification: Notification): void {
    const { audience, connections } = this.#outlet;
    const side = connections.sideOf(userId);
    if (side) audience.tell(connections.at(side), 'NOTIFICATION', notification);
  }

  /** Why a join of this user cannot be; null when it can. */
  refusalOf(userId: UserId, options: unknown): ErrorBody | null {
    const { connections, view } = this.#outlet;
    const parsed = JOIN_OPTIONS.safeParse(options);
    const length = view.lengthOf(connections.sideOf(userId));
    if (!parsed.success || (parsed.data.from ?? 0) > length) return errorBody('INVALID_MESSAGE');
    return connections.hasRoomFor(userId, reservedFor(this)) ? null : errorBody('ROOM_FULL');
  }

  /** The session that a reconnection token of this user stands for. */
  sessionOf(token: string, { id }: Identity): string | null {
    return this.#outlet.connections.sessionOf(token, id);
  }

  /** Makes the seat that an upgrade asks for, so that Colyseus finds it. False when it is somebody else's. */
  admit(sessionId: string, token: string | null, asker: Identity | null): Promise<boolean> {
    return admitTo(this, this.#outlet.connections, { sessionId, token, asker });
  }

  override onJoin(client: BattleClient, options: unknown): void {
    const parsed = JOIN_OPTIONS.safeParse(options);
    const from = (parsed.success && parsed.data.from) || 0;
    client.reconnectionToken = tokenOfOurSchema(client.reconnectionToken);
    this.#attendance.joined(client, from);
  }

  override onReconnect(client: BattleClient): void {
    // The stub of `admit` was not counted.
    void matchMaker.driver.update(this['_listing'], { $inc: { clients: 1 } });
    this['_events'].emit('join', client);
    client.reconnectionToken = tokenOfOurSchema(client.reconnectionToken);
    this.#attendance.returned(client);
  }

  override onLeave(client: BattleClient, code: number): void {
    this.#attendance.left(client, code);
  }

  override kickClient(sessionId: string, code: number): void {
    const client = this.clients.getById(sessionId);
    // One that does not read may take its time to close, and be put out again meanwhile.
    if (client && isOpen(client)) this.#notes.noteClient(client, 'kicked', { code });
    super.kickClient(sessionId, code);
  }

  override onUncaughtException(error: RoomException, method: string): void {
    this.#ports?.logger.error({ battleId: this.roomId, ...roomFault(error, method) }, 'a battle room failed');
    if (method !== 'onCreate') this.session.fault(error);
  }

  onEnd(outcome: Outcome, noShows: readonly SideId[]): void {
    this.#cancelStay = this.#ports.scheduler.after(STAY_MS, () => void this.disconnect(CLOSE.OVER));
    const { logged, battle } = this.session;
    const lastInput = logged.last?.input;
    this.#notes.noteVerdict(lastInput);
    if (lastInput?.type === 'void' && isFault(lastInput)) this.#ports.counts.voids++;
    this.#ports.ended({ opening: battle.opening, outcome, noShows });
  }

  onFenced(): void {
    this.#ports.logger.warn({ battleId: this.roomId }, 'another process owns this battle');
    this.#ports.counts.fencings++;
    this.#notes.note('moved');
    void this.disconnect(CLOSE.MOVED);
  }
}
