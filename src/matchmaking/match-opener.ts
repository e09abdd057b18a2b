/** Sees matches into their battles: at once after pairing, or from a sweep when that did not come to an end. */
import type { BattleId, UserId } from '../battle/ids.ts';
import { StoreAway } from '../persistence/input-log/input-log.ts';
import type { Match, Ticket, TicketStore } from '../persistence/tickets/tickets.ts';
import type { OpenBattle } from './open-battle.ts';

/** What becomes of a match. */
export interface MatchEvents {
  /**
   * The battle is open: both get their seats. When this rejects the match is carried on later, so one battle may be told
   * more than once.
   */
  matched(match: Match): Promise<void>;
  /** This user was paired but sits in another battle; the ticket is gone. */
  busy(ticket: Ticket, battleId: BattleId): void;
  /** A fault that is not the store being away. Matchmaking goes on. */
  failed(error: unknown): void;
}

export class MatchOpener {
  readonly #tickets: TicketStore;
  readonly #openBattle: OpenBattle;
  readonly #events: MatchEvents;
  readonly #underWay = new Map<BattleId, Promise<void>>();

  constructor(tickets: TicketStore, openBattle: OpenBattle, events: MatchEvents) {
    this.#tickets = tickets;
    this.#openBattle = openBattle;
    this.#events = events;
  }

  /** Starts on a match that was just made. */
  open(match: Match): void {
    this.#start(match, false);
  }

  /** Carries on with matches that a sweep found; those still under way here are left alone. */
  resume(matches: readonly Match[]): void {
    for (const match of matches) if (!this.#underWay.has(match.battleId)) this.#start(match, true);
  }

  /** Resolves when no match is under way here any more. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
  }

  #start(match: Match, isSwept: boolean): void {
    const done = this.#bringIntoBattle(match, isSwept)
      .catch((error: unknown) => {
        // With the store away the record stays, and a sweep takes it up.
        if (!(error instanceof StoreAway)) this.#events.failed(error);
      })
      .finally(() => this.#underWay.delete(match.battleId));
    this.#underWay.set(match.battleId, done);
  }

  async #bringIntoBattle(match: Match, isSwept: boolean): Promise<void> {
    try {
      await this.#tryToOpen(match);
    } catch (error) {
      // Failing a second time it is no passing trouble: both wait again. Should the opening have been written after all,
      // their next match finds them busy and tells them where.
      if (isSwept && !(error instanceof StoreAway)) await this.#giveBack(match, new Set());
      throw error;
    }
  }

  async #tryToOpen(match: Match): Promise<void> {
    const result = await this.#openBattle(match);
    if (result.kind === 'busy') {
      const battleOf = new Map(result.users.map(({ userId, battleId }) => [userId, battleId]));
      await this.#giveBack(match, battleOf);
      for (const ticket of match.tickets) {
        const battleId = battleOf.get(ticket.userId);
        if (battleId) this.#events.busy(ticket, battleId);
      }
      return;
    }
    if (result.kind === 'opened') await this.#events.matched(match);
    await this.#tickets.complete(match.battleId);
  }

  async #giveBack({ battleId, tickets }: Match, gone: { has(userId: UserId): boolean }): Promise<void> {
    const users = tickets.map(({ userId }) => userId).filter((userId) => !gone.has(userId));
    await this.#tickets.giveBack(battleId, users);
  }
}
