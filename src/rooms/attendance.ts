/** Who comes to a battle and who goes: what a connection is told when it comes, and what its foe is told of it. */
import { foeOf, type SideId } from '../battle/ids.ts';
import type { ConnectionEvent, ConnectionEventKind } from '../persistence/database/stores.ts';
import type { Audience } from './audience.ts';
import type { BattleSession } from './battle-session.ts';
import type { BattleView } from './battle-view.ts';
import type { Ending } from './ending.ts';
import type { ConnectionQuality } from './connection-quality.ts';
import type { BattleClient, Connections } from './connections.ts';
import type { StateMirror } from './state-mirror.ts';

export type EventDetail = Partial<Pick<ConnectionEvent, 'afterMs' | 'code'>>;

export interface AttendanceParts {
  readonly session: BattleSession;
  readonly connections: Connections;
  readonly audience: Audience;
  readonly view: BattleView;
  readonly mirror: StateMirror;
  readonly quality: ConnectionQuality;
  readonly ending: Ending;
  /** This process took the battle up from another one. */
  readonly isRecovered: boolean;
  /** Closes a connection for good. */
  readonly putOut: (client: BattleClient) => void;
  readonly note: (client: BattleClient, kind: ConnectionEventKind, what?: EventDetail) => void;
  /** Sends the state as it is now. */
  readonly patch: () => void;
}

export class Attendance {
  readonly #parts: AttendanceParts;

  constructor(parts: AttendanceParts) {
    this.#parts = parts;
  }

  /** A new join, which has the lines before `from`. */
  joined(client: BattleClient, from: number): void {
    this.#add(client, (side) => {
      const { audience, view } = this.#parts;
      audience.tell([client], 'BATTLE_START', view.start(side, from));
    });
  }

  /** The same session again. */
  returned(client: BattleClient): void {
    const { audience, connections, view, isRecovered } = this.#parts;
    const hasMoved = isRecovered && !connections.knows(client.sessionId);
    const message = hasMoved ? 'The battle was recovered.' : 'You are back.';
    this.#add(client, (side) => {
      audience.tell([client], 'BATTLE_RESTORED', { ...view.start(side, 0), message });
    });
  }

  left(client: BattleClient, code: number): void {
    const { session, connections, audience, mirror, quality, note, patch } = this.#parts;
    if (!connections.remove(client)) return;
    quality.forget(client);
    const side = this.#sideOf(client);
    const isLast = side !== null && connections.at(side).length === 0;
    if (isLast) {
      session.left(side);
      note(client, 'dropped', { code });
    }
    mirror.copySides();
    if (!isLast) return;
    patch();
    if (!session.isLive) return;
    const timeoutMs = session.battle.opening.timer.absenceMs;
    audience.tell(connections.at(foeOf(side)), 'OPPONENT_DISCONNECTED', { timeoutMs });
  }

  #sideOf(client: BattleClient): SideId | null {
    return this.#parts.connections.sideOf(client.auth!.id);
  }

  #add(client: BattleClient, welcome: (side: SideId | null) => void): void {
    const { session, connections, audience, mirror, quality, putOut, patch } = this.#parts;
    const surplus = connections.add(client);
    if (surplus) putOut(surplus);
    const side = this.#sideOf(client);
    welcome(side);
    this.#tellStanding(client, side);
    const isFirst = side !== null && connections.at(side).length === 1;
    if (isFirst) this.#noteArrival(client, side);
    if (isFirst && session.arrived(side))
      audience.tell(connections.at(foeOf(side)), 'OPPONENT_RECONNECTED', {});
    if (side) quality.watch(side, client);
    mirror.copySides();
    if (isFirst) patch();
  }

  #noteArrival(client: BattleClient, side: SideId): void {
    const { session, note } = this.#parts;
    const { deadlines } = session;
    if (deadlines.hasJoined(side)) note(client, 'reconnected', { afterMs: deadlines.awayMs(side) });
    else note(client, 'joined');
  }

  /** What a connection that comes in late has missed besides lines: its side's answer, a pause, the end. */
  #tellStanding(client: BattleClient, side: SideId | null): void {
    const { session, audience, view, ending } = this.#parts;
    const { battle } = session;
    const answer = side && battle.outcome === null ? view.answerOf(side) : undefined;
    if (answer) audience.tell([client], 'MOVE_ACCEPTED', { rqid: answer.rqid, choice: answer.text });
    if (session.isSuspended) audience.tell([client], 'BATTLE_PAUSED', { reason: 'store' });
    if (session.hasEnded) ending.tell(client, side);
  }
}
