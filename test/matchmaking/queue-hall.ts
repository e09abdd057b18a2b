/** A matchmaker over a real memory store with a clock by hand; what it tells is kept. */
import type { BattleId, FormatId, PackedTeam, UserId } from '../../src/battle/ids.ts';
import type { Connection } from '../../src/matchmaking/attendance.ts';
import { Matchmaker } from '../../src/matchmaking/matchmaker.ts';
import type { QueueEvents, QueueJoin } from '../../src/matchmaking/matchmaker.ts';
import type { OpenBattle } from '../../src/matchmaking/open-battle.ts';
import { MemoryTickets } from '../../src/persistence/tickets/memory.ts';
import type { Match, Placing, Ticket } from '../../src/persistence/tickets/tickets.ts';
import { KeepingMeter } from '../support/keeping-meter.ts';

export const OU = 'gen9ou' as FormatId;
export const TEAM = 'a team' as PackedTeam;
export const [ann, bob, cat] = ['ann', 'bob', 'cat'] as [UserId, UserId, UserId];

/** A connection that answers for as long as it is told to. */
export class Line implements Connection {
  isThere = true;

  answers(): Promise<boolean> {
    return Promise.resolve(this.isThere);
  }
}

export class QueueHall {
  now = 1_000_000;
  readonly tickets = new MemoryTickets(() => this.now);
  readonly told: string[] = [];
  readonly meter = new KeepingMeter();
  readonly matches: Match[] = [];
  readonly battles = new Map<UserId, BattleId>();
  readonly matchmaker: Matchmaker;
  openBattle: OpenBattle = async (match) => {
    for (const { userId } of match.tickets) this.battles.set(userId, match.battleId);
    return { kind: 'opened' };
  };
  /** Why nobody gets a seat. */
  seatFault: Error | null = null;
  readonly #lines = new Map<UserId, Line>();
  #battles = 0;

  constructor() {
    this.matchmaker = new Matchmaker({
      tickets: this.tickets,
      events: this.#events(),
      openBattle: (match) => this.openBattle(match),
      newBattleId: () => `b${++this.#battles}` as BattleId,
      battleOf: async (userId) => this.battles.get(userId) ?? null,
      meter: this.meter,
    });
  }

  /** The connection that a user has unless a test gives him others. */
  line(userId: UserId): Line {
    const line = this.#lines.get(userId) ?? new Line();
    this.#lines.set(userId, line);
    return line;
  }

  join(userId: UserId, format = OU, { elo = 1000, line = this.line(userId) } = {}): Promise<QueueJoin> {
    return this.matchmaker.join(line, { userId, name: userId, elo }, format, TEAM);
  }

  /** A user comes in, queues, and the queue is paired. Answers the error code or the position. */
  async queue(userId: UserId, format = OU, line = this.line(userId)): Promise<string | number> {
    const result = await this.join(userId, format, { line });
    if (result.kind === 'refused') return result.error.code;
    await this.matchmaker.pair(format);
    await this.matchmaker.settled();
    return result.placing.position;
  }

  /** Seconds go by, with a tick at the end of each. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.now += 1_000;
      await this.matchmaker.tick();
      await this.matchmaker.settled();
    }
  }

  #events(): QueueEvents {
    return {
      matched: async (match) => {
        if (this.seatFault) throw this.seatFault;
        this.matches.push(match);
        this.matchmaker.seated(match.tickets.map(({ userId }) => userId));
        this.told.push(`matched ${match.battleId} ${match.tickets.map(({ userId }) => userId).join(' ')}`);
      },
      busy: (ticket: Ticket, battleId: BattleId) => this.told.push(`busy ${ticket.userId} ${battleId}`),
      givenBack: ({ battleId, tickets }: Match) => {
        if (tickets[0].challenge !== undefined) this.told.push(`given back ${battleId}`);
      },
      lapsed: (ticket: Ticket) => this.told.push(`lapsed ${ticket.userId}`),
      found: (userId: UserId, _: FormatId, battleId: BattleId) =>
        this.told.push(`found ${userId} ${battleId}`),
      lost: (userId: UserId, format: FormatId) => this.told.push(`lost ${userId} ${format}`),
      moved: (userId: UserId, placing: Placing) => this.told.push(`moved ${userId} ${placing.position}`),
      failed: (error: unknown) => this.told.push(`failed ${String(error)}`),
    };
  }
}
