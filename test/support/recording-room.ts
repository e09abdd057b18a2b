/**
 * The real `BattleRoom` in this process, with sockets that keep what is sent to them, a log in memory and a clock that
 * only moves when told. The same opening and steps give the same frames, so two recordings can be compared byte by byte.
 *
 * Two things of Colyseus's are drawn at random: session ids, which are fixed here, and reconnection tokens, which are
 * masked in the frames. Nothing else is.
 */
import { EventEmitter } from 'node:events';
import {
  connectClientToRoom,
  createAuthContext,
  getMessageBytes,
  LocalDriver,
  LocalPresence,
  matchMaker,
  Protocol,
} from '@colyseus/core';
import { WebSocketClient } from '@colyseus/ws-transport';
import { unpackMultiple } from 'msgpackr';
import { Battle } from '../../src/battle/battle.ts';
import { NO_CLOCK } from '../../src/battle/clock.ts';
import type { Opening } from '../../src/battle/opening.ts';
import { seededRandom } from '../../src/battle/random.ts';
import type { ConnectionEvent } from '../../src/persistence/database/stores.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { createBuckets } from '../../src/rate-limit.ts';
import { BattleRoom, type BattleRoomPorts } from '../../src/rooms/battle-room.ts';
import type { BattleEvents } from '../../src/rooms/messages.ts';
import type { Scheduler } from '../../src/rooms/scheduler.ts';
import type { BattleLog } from '../../src/rooms/session-ports.ts';
import { noCounts, type Counts } from '../../src/telemetry/counts.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { KeepingMeter } from './keeping-meter.ts';

/** The store's clock when the recording begins. Milliseconds since the epoch. */
const BEGIN_AT = 1_800_000_000_000;
const OPEN = 1;
const CLOSED = 3;
const SILENT = createLogger('silent');

/** What the room takes for a WebSocket. */
class RecordingSocket extends EventEmitter {
  readonly frames: Buffer[] = [];
  readonly bufferedAmount = 0;
  readonly pings: string[] = [];
  readyState = OPEN;

  send(data: Uint8Array): void {
    this.frames.push(Buffer.from(data));
  }

  /** Answered when the test says so. */
  ping(payload: string): void {
    this.pings.push(payload);
  }

  close(code?: number): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.emit('close', code);
  }
}

/** Timers and time of the test's own. */
export class ManualScheduler implements Scheduler {
  #now = 0;
  readonly #timers = new Map<object, { readonly at: number; readonly task: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, task: () => void): () => void {
    const key = {};
    this.#timers.set(key, { at: this.#now + Math.max(0, ms), task });
    return () => this.#timers.delete(key);
  }

  /** Runs what is due on the way, in order, and lets each finish. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers]
        .filter(([, { at }]) => at <= until)
        .sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      this.#timers.delete(next[0]);
      this.#now = Math.max(this.#now, next[1].at);
      next[1].task();
      await settle();
    }
    this.#now = until;
  }
}

export type BattleRoomClass = new () => BattleRoom;

export type Message = {
  [Type in keyof BattleEvents]: { readonly type: Type; readonly payload: BattleEvents[Type] };
}[keyof BattleEvents];

interface Noted {
  readonly events: readonly ConnectionEvent[];
  readonly counts: Counts;
}

interface Receiver {
  readonly client: WebSocketClient;
  readonly socket: RecordingSocket;
}

let setUp: Promise<void> | undefined;

export class RecordedBattle {
  readonly room: BattleRoom;
  readonly events: readonly ConnectionEvent[];
  readonly counts: Counts;
  readonly #scheduler: ManualScheduler;
  readonly #receivers = new Map<string, Receiver>();
  /** Whether the others still take this process for alive. */
  isTrusted = true;
  /** Whether somebody else owns the battle by now. */
  isFenced = false;

  private constructor(room: BattleRoom, scheduler: ManualScheduler, noted: Noted) {
    this.events = noted.events;
    this.counts = noted.counts;
    this.room = room;
    this.#scheduler = scheduler;
  }

  /** One at a time for each battle id. `RoomClass` stands in for `BattleRoom`, to test the test. */
  static async open(
    opening: Opening,
    RoomClass: BattleRoomClass = BattleRoom,
    epoch = 1,
  ): Promise<RecordedBattle> {
    setUp ??= matchMaker.setup(new LocalPresence(), new LocalDriver());
    await setUp;
    const scheduler = new ManualScheduler();
    let recorded: RecordedBattle | undefined;
    const events: ConnectionEvent[] = [];
    const counts = noCounts();
    const ports: BattleRoomPorts = {
      takeover: () => ({
        battle: new Battle(opening),
        clock: NO_CLOCK,
        entries: [],
        epoch,
        log: memoryLog(scheduler, () => recorded?.isFenced ?? false),
      }),
      opened: () => {},
      ended: () => {},
      disposed: () => {},
      noted: (event) => void events.push(event),
      counts,
      meter: new KeepingMeter(),
      resends: createBuckets({ ...LIMITS.resendsPerUser, now: () => scheduler.now() }),
      wall: () => BEGIN_AT + scheduler.now(),
      isTrusted: () => recorded?.isTrusted ?? true,
      ratings: () => Promise.resolve(null),
      thinker: { choose: () => Promise.resolve(null) },
      scheduler,
      random: seededRandom('the room'),
      logger: SILENT,
    };
    matchMaker.defineRoomType('recorded-battle', RoomClass, { ports });
    await matchMaker.handleCreateRoom('recorded-battle', {}, undefined, opening.id);
    const room = matchMaker.getLocalRoomById(opening.id) as unknown as BattleRoom;
    // Patches that are not urgent go out when the test says so, not when a timer of the machine does.
    room.patchRate = 0;
    await room.begin();
    recorded = new RecordedBattle(room, scheduler, { events, counts });
    return recorded;
  }

  /** Joins under `name`, which is the session id too; who has a side gets it. */
  async join(name: string, userId: string): Promise<void> {
    const identity = { id: userId, name, expiresAt: Number.MAX_SAFE_INTEGER };
    await matchMaker.reserveSeatFor(this.room['_listing'], {}, { ...identity, sessionId: name });
    const socket = new RecordingSocket();
    const client = new WebSocketClient(name, socket as never);
    this.#receivers.set(name, { client, socket });
    await connectClientToRoom(this.room, client, createAuthContext({ headers: {} }), {});
    socket.emit('message', Buffer.from([Protocol.JOIN_ROOM]));
    await settle();
  }

  async send(name: string, type: string, payload: unknown): Promise<void> {
    const { socket } = this.#receiver(name);
    socket.emit('message', getMessageBytes.raw(Protocol.ROOM_DATA, type, payload));
    await settle();
  }

  /** Answers the pings of this connection that have not been answered. */
  pong(name: string): void {
    const { socket } = this.#receiver(name);
    for (const payload of socket.pings.splice(0)) socket.emit('pong', Buffer.from(payload));
  }

  /** The connection breaks. */
  async drop(name: string): Promise<void> {
    this.#receiver(name).socket.close(1006);
    this.#receivers.delete(name);
    await settle();
  }

  /** Lets time pass, and sends the state that waits for its patch. */
  async advance(ms: number): Promise<void> {
    await this.#scheduler.advance(ms);
    this.room.broadcastPatch();
  }

  /** Everything that was sent to this connection since the last call. */
  take(name: string): Buffer[] {
    const receiver = this.#receivers.get(name);
    if (!receiver) return [];
    const token = receiver.client.reconnectionToken;
    return receiver.socket.frames.splice(0).map((frame) => masked(frame, token));
  }

  /** Types and payloads of the messages among them. */
  takeMessages(name: string): Message[] {
    return this.take(name)
      .filter(([code]) => code === Protocol.ROOM_DATA)
      .map((frame) => {
        const [type, payload] = unpackMultiple(frame.subarray(1)) as [string, unknown];
        return { type, payload } as Message;
      });
  }

  async close(): Promise<void> {
    await this.room.disconnect();
    await settle();
  }

  #receiver(name: string): Receiver {
    const receiver = this.#receivers.get(name);
    if (!receiver) throw new Error(`${name} is not connected`);
    return receiver;
  }
}

function memoryLog(scheduler: Scheduler, isFenced: () => boolean): BattleLog {
  return {
    append: async () =>
      isFenced() ? { kind: 'fenced' } : { kind: 'appended', at: BEGIN_AT + scheduler.now() },
    finish: async () => ({ kind: 'finished' }),
    release: async () => {},
  };
}

function masked(frame: Buffer, token: string): Buffer {
  const place = frame.indexOf(token);
  if (place < 0) return frame;
  const copy = Buffer.from(frame);
  copy.fill('*', place, place + token.length);
  return copy;
}

/** Promises of the room run in one round of the loop; a second one for what they start. */
async function settle(): Promise<void> {
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}
