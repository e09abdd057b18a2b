/** Who is connected to the queues of this process, through what, and what they were last told. */
import type { UserId } from '../battle/ids.ts';
import type { Placing } from '../persistence/tickets/tickets.ts';

/** One connection of one user. */
export interface Connection {
  /** Whether there still is somebody at its other end. Takes as long as the answer. */
  answers(): Promise<boolean>;
}

interface Attendee {
  readonly connections: Set<Connection>;
  /** Those of them that have asked for the ticket that the user has. */
  readonly asked: Set<Connection>;
  told: Placing | null;
  /** Whether there may be a ticket that was refused. */
  isDoubtful: boolean;
}

export class Attendance {
  readonly #attendees = new Map<UserId, Attendee>();

  get users(): UserId[] {
    return [...this.#attendees.keys()];
  }

  has(userId: UserId): boolean {
    return this.#attendees.has(userId);
  }

  enter(userId: UserId, connection: Connection): void {
    const attendee = this.#attendees.get(userId);
    if (attendee) attendee.connections.add(connection);
    else {
      const connections = new Set([connection]);
      this.#attendees.set(userId, { connections, asked: new Set(), told: null, isDoubtful: false });
    }
  }

  leave(userId: UserId, connection: Connection): void {
    const attendee = this.#attendees.get(userId);
    attendee?.connections.delete(connection);
    attendee?.asked.delete(connection);
    if (attendee?.connections.size === 0) this.#attendees.delete(userId);
  }

  /**
   * Notes that this connection asks for a ticket. Answers the connections that had asked before: it may take over what
   * they asked for unless one of them is its own or answers.
   */
  ask(userId: UserId, connection: Connection): readonly Connection[] {
    const attendee = this.#attendees.get(userId);
    if (!attendee) return [];
    attendee.isDoubtful = false;
    const before = [...attendee.asked];
    if (attendee.connections.has(connection)) attendee.asked.add(connection);
    return before;
  }

  /** It has not been given what it asked for. */
  unask(userId: UserId, connection: Connection): void {
    this.#attendees.get(userId)?.asked.delete(connection);
  }

  tell(userId: UserId, placing: Placing): void {
    const attendee = this.#attendees.get(userId);
    if (attendee) attendee.told = placing;
  }

  /** The store did not say whether he has been given what he asked for, and he was refused. */
  doubt(userId: UserId): void {
    const attendee = this.#attendees.get(userId);
    // Who knows of a place keeps that one.
    if (attendee && !attendee.told) attendee.isDoubtful = true;
  }

  /** Those who may have a ticket that they were refused, and have not asked again. */
  doubtful(): UserId[] {
    return [...this.#attendees].flatMap(([userId, { isDoubtful }]) => (isDoubtful ? [userId] : []));
  }

  /** There is no such ticket any more. */
  settle(userId: UserId): void {
    const attendee = this.#attendees.get(userId);
    if (attendee) attendee.isDoubtful = false;
  }

  /** What this user was last told, if he is here and waits. */
  toldTo(userId: UserId): Placing | null {
    return this.#attendees.get(userId)?.told ?? null;
  }

  /** Everybody who is here and waits, with what they were last told. */
  waiting(): (readonly [UserId, Placing])[] {
    return [...this.#attendees].flatMap(([userId, { told }]) => (told ? [[userId, told] as const] : []));
  }

  /** The user's ticket is gone. */
  forget(userId: UserId): void {
    const attendee = this.#attendees.get(userId);
    if (!attendee) return;
    attendee.told = null;
    attendee.asked.clear();
  }
}
