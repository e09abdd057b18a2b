/** Sees matches into their battles: at once after pairing, or from a sweep when that did not come to an end. */
import type { BattleId, UserId } from '../battle/ids.ts';
import { StoreAway } from '../persistence/input-log/input-log.ts';
import type { Match, Ticket, TicketStore } from '../persistence/tickets/tickets.ts';
import type { OpenBattle, OpenBattleResult } from './open-battle.ts';

/** What becomes of a match. */
export interface MatchEvents {
  /**
   * The battle is open: both get their seats. When this rejects the match is carried on later, so one battle may be told
   * more than once.
   */
  matched(match: Match): Promise<void>;
  /** This user was paired but sits in another battle; the ticket is gone. */
  busy(ticket: Ticket, battleId: BattleId): void;
  /** The tickets of a match wait again, or are gone, and no battle came of it. */
  givenBack(match: Match): void;
  /** A fault that is not the store being away. Matchmaking goes on. */
  /** Of a match that was on its way into this battle. */
  failed(error: unknown, battleId?: BattleId): void;
}

export interface MatchOpenerPorts {
  readonly tickets: TicketStore;
  readonly openBattle: OpenBattle;
  readonly events: MatchEvents;
  /** The living battle of a user. Rejects with `StoreAway`. */
  battleOf(userId: UserId): Promise<BattleId | null>;
}

export class MatchOpener {
  readonly #ports: MatchOpenerPorts;
  readonly #underWay = new Map<BattleId, Promise<void>>();

  constructor(ports: MatchOpenerPorts) {
    this.#ports = ports;
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
        if (!(error instanceof StoreAway)) this.#ports.events.failed(error, match.battleId);
      })
      .finally(() => this.#underWay.delete(match.battleId));
    this.#underWay.set(match.battleId, done);
  }

  async #bringIntoBattle(match: Match, isSwept: boolean): Promise<void> {
    const result = await this.#open(match, isSwept);
    if (result.kind === 'busy') {
      const battleOf = new Map(result.users.map(({ userId, battleId }) => [userId, battleId]));
      await this.#giveBack(match, battleOf);
      for (const ticket of match.tickets) {
        const battleId = battleOf.get(ticket.userId);
        if (battleId) this.#ports.events.busy(ticket, battleId);
      }
      return;
    }
    if (result.kind === 'opened') await this.#ports.events.matched(match);
    await this.#ports.tickets.complete(match.battleId);
  }

  async #open(match: Match, isSwept: boolean): Promise<OpenBattleResult> {
    try {
      return await this.#ports.openBattle(match);
    } catch (error) {
      // Failing a second time it is no passing trouble: both wait again, unless their battle is written. Then it goes on
      // without them, and only a seat helps.
      const isHopeless = isSwept && !(error instanceof StoreAway);
      if (isHopeless && !(await this.#isWritten(match))) await this.#giveBack(match, new Set());
      throw error;
    }
  }

  async #isWritten({ battleId, tickets }: Match): Promise<boolean> {
    return (await this.#ports.battleOf(tickets[0].userId)) === battleId;
  }

  async #giveBack(match: Match, gone: { has(userId: UserId): boolean }): Promise<void> {
    const { battleId, tickets } = match;
    const users = tickets.map(({ userId }) => userId).filter((userId) => !gone.has(userId));
    await this.#ports.tickets.giveBack(battleId, users);
    this.#ports.events.givenBack(match);
  }
}
