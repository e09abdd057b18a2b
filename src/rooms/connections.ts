/**
 * Who is connected to a battle, and who may come back under which session id. Sides follow from the user alone, so
 * seats need no storage: another process can tell from a token what this one knows.
 */
import type { Client } from '@colyseus/core';
import type { Identity } from '../auth/token.ts';
import type { SideId, UserId } from '../battle/ids.ts';
import type { OpeningSide } from '../battle/opening.ts';
import { LIMITS } from '../config/limits.ts';

export type BattleClient = Client<{ auth: Identity }>;

interface Session {
  readonly userId: UserId;
  readonly identity: Identity;
  /** The newest reconnection token and the one before it: its owner may never have got the newest. */
  tokens: readonly string[];
}

/** Sessions of spectators who left are remembered up to this number, so that they may come back by their token. */
const REMEMBERED = 2 * LIMITS.spectatorsPerBattle;

export class Connections {
  readonly #seats: readonly OpeningSide[];
  readonly #sessions = new Map<string, Session>();
  readonly #players: Readonly<Record<SideId, BattleClient[]>> = { p1: [], p2: [] };
  readonly #spectators = new Set<BattleClient>();

  constructor(seats: readonly OpeningSide[]) {
    this.#seats = seats;
  }

  get spectators(): ReadonlySet<BattleClient> {
    return this.#spectators;
  }

  at(side: SideId): readonly BattleClient[] {
    return this.#players[side];
  }

  sideOf(userId: UserId): SideId | null {
    return this.#seats.find((seat) => seat.userId === userId)?.side ?? null;
  }

  /** Whether there is room for this user. Players always get in. `reserved`: whose seats wait to be taken. */
  hasRoomFor(userId: UserId, reserved: readonly UserId[]): boolean {
    if (this.sideOf(userId)) return true;
    const waiting = reserved.filter((id) => !this.sideOf(id));
    const watching = [...waiting, ...Array.from(this.#spectators, ({ auth }) => auth!.id)];
    const own = watching.filter((id) => id === userId);
    return own.length < LIMITS.connectionsPerSpectator && watching.length < LIMITS.spectatorsPerBattle;
  }

  /** Whether this session has been here, as far as this process remembers. */
  knows(sessionId: string): boolean {
    return this.#sessions.has(sessionId);
  }

  /** The connection of this side that must go so that there are not too many. */
  add(client: BattleClient): BattleClient | null {
    const identity = client.auth!;
    this.#remember(client.sessionId, identity, client.reconnectionToken);
    const side = this.sideOf(identity.id);
    if (!side) {
      this.#spectators.add(client);
      return null;
    }
    this.#players[side].push(client);
    return this.#players[side].length > LIMITS.connectionsPerSide ? this.#players[side][0]! : null;
  }

  /** Whether the client was among them. */
  remove(client: BattleClient): boolean {
    const side = this.sideOf(client.auth!.id);
    if (!side) return this.#spectators.delete(client);
    const index = this.#players[side].indexOf(client);
    if (index >= 0) this.#players[side].splice(index, 1);
    return index >= 0;
  }

  /**
   * Who is to sit under this session id: whoever holds its token, or its user; of a session that is not known, whoever
   * asks. null when it is somebody else's, when nobody can tell, and when a seat is used again: who comes back has a token.
   */
  entitled(sessionId: string, token: string | null, identity: Identity | null): Identity | null {
    const session = this.#sessions.get(sessionId);
    if (!session) return identity;
    if (token === null) return null;
    if (session.tokens.includes(token)) return session.identity;
    return identity?.id === session.userId ? identity : null;
  }

  /** The session that this token of this user belongs to. */
  sessionOf(token: string, userId: UserId): string | null {
    for (const [sessionId, session] of this.#sessions)
      if (session.userId === userId && session.tokens.includes(token)) return sessionId;
    return null;
  }

  #remember(sessionId: string, identity: Identity, token: string): void {
    const tokens = [token, ...(this.#sessions.get(sessionId)?.tokens ?? [])].slice(0, 2);
    this.#sessions.delete(sessionId);
    this.#sessions.set(sessionId, { userId: identity.id, identity, tokens });
    if (this.#sessions.size <= REMEMBERED) return;
    for (const oldest of this.#sessions.keys()) {
      this.#sessions.delete(oldest);
      return;
    }
  }
}
