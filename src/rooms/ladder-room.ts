/**
 * The Colyseus room `ladder`: the top of one format's ladder, live. Each process has one for each format that somebody of
 * it watches; it goes when the last one has left. Nobody can say anything in it.
 */
import { Room, type Client, type RoomException } from '@colyseus/core';
import type { Identity } from '../auth/token.ts';
import type { FormatId } from '../battle/ids.ts';
import { LIMITS } from '../config/limits.ts';
import type { LadderRow } from '../persistence/database/stores.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Meter } from '../telemetry/meter.ts';
import { copyRows, LadderState } from './ladder-state.ts';
import { LadderWatch, TOP_ROWS } from './ladder-watch.ts';
import { gateMessages } from './message-gate.ts';
import { LADDER_MESSAGES, type LadderEvents, type RankChange } from './messages.ts';
import type { RankHint } from './rank-changes.ts';
import { roomFault } from './room-fault.ts';
import type { Scheduler } from './scheduler.ts';
import { sendAll, UserConnections } from './user-connections.ts';
import { encodeMessage } from './wire.ts';

type Watcher = Client<{ auth: Identity }>;

export interface LadderPorts {
  /** The first rows of a ladder. */
  top(format: FormatId, rows: number): Promise<readonly LadderRow[]>;
  /** Calls for every battle of that format that anybody has heard of; the answer ends it. */
  listen(format: FormatId, heard: (hint: RankHint, isWide: boolean) => void): () => void;
  disposed(roomId: string): void;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  readonly meter: Pick<Meter, 'refused'>;
}

/** Patches go out when a row has changed, not by the clock: Colyseus needs one all the same. Milliseconds. */
const PATCH_MS = 1_000;
/** How long the first clients wait for the database, in milliseconds. */
const FIRST_LOOK_MS = 1_000;

export class LadderRoom extends Room<{ state: LadderState; client: Watcher }> {
  override state = new LadderState();
  override patchRate = PATCH_MS;
  override maxMessagesPerSecond = LIMITS.messagesPerSecondHard;
  #ports!: LadderPorts;
  #watch!: LadderWatch;
  #unlisten = (): void => {};
  readonly #connections = new UserConnections<Watcher>(this, LIMITS.connectionsPerUserLadder);

  override async onCreate(options: { readonly ports: LadderPorts; readonly format?: FormatId }) {
    const { ports } = options;
    const format = options.format!;
    const { scheduler, logger, meter } = ports;
    this.#ports = ports;
    this.state.format = format;
    gateMessages<Watcher, typeof LADDER_MESSAGES>(
      this,
      LADDER_MESSAGES,
      {},
      {
        now: () => scheduler.now(),
        refused: (code) => meter.refused('ladder', code),
      },
    );
    this.#watch = new LadderWatch({
      read: () => ports.top(format, TOP_ROWS),
      shown: (rows, changes) => this.#show(rows, changes),
      failed: (error) => logger.warn({ format, err: error }, 'a ladder could not be read'),
      scheduler,
    });
    this.#unlisten = ports.listen(format, (hint, isWide) => this.#watch.heard(hint, isWide));
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = scheduler.after(FIRST_LOOK_MS, resolve);
    await Promise.race([this.#watch.start(), late]);
    cancel();
  }

  override onDispose(): void {
    this.#unlisten();
    this.#watch.stop();
    this.#ports.disposed(this.roomId);
  }

  override onJoin(client: Watcher): void {
    this.#connections.add(client);
  }

  override onLeave(client: Watcher): void {
    this.#connections.remove(client);
  }

  override onUncaughtException(error: RoomException, method: string): void {
    this.#ports.logger.error(
      { format: this.state.format, ...roomFault(error, method) },
      'a ladder room failed',
    );
  }

  #show(rows: readonly LadderRow[], changes: readonly RankChange[]): void {
    copyRows(this.state, rows);
    this.broadcastPatch();
    if (changes.length > 0) this.#tell('RANK_CHANGES', { changes });
  }

  #tell<K extends keyof LadderEvents>(type: K, payload: LadderEvents[K]): void {
    sendAll(this, Array.from(this.clients), encodeMessage(type, payload));
  }
}
