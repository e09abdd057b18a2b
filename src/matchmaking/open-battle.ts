/**
 * The one way to start a battle: from a match to an opening in the input log and a room that plays it. Idempotent by
 * battle id, so after a crash or a failed step it is simply called again: the first opening written wins, whole.
 */
import type { BotKind } from '../battle/bot-seat.ts';
import type { BattleId, FormatId, PackedTeam } from '../battle/ids.ts';
import { SIDE_IDS } from '../battle/ids.ts';
import { battleNames } from '../battle/names.ts';
import type { Opening, OpeningSide, TimerRules } from '../battle/opening.ts';
import type { InputLog, OpenResult } from '../persistence/input-log/input-log.ts';
import type { Match, TicketDraft } from '../persistence/tickets/tickets.ts';

export type OpenBattleResult =
  | OpenResult
  /** It was opened before and is over. */
  | { readonly kind: 'ended' };

/** Who is to sit at a side. */
export interface Contender extends Omit<TicketDraft, 'format'> {
  readonly bot?: BotKind;
}

/** A battle to open: two tickets that were paired, or a user and a bot. `p1` first. */
export interface Fixture {
  readonly battleId: BattleId;
  readonly format: FormatId;
  readonly tickets: readonly [Contender, Contender];
}

/** Rejects with `StoreAway`, or with what `ensureRoom` or the generator threw; then call again with the same match. */
export type OpenBattle = (match: Match) => Promise<OpenBattleResult>;

/** The same for whatever is to be opened. */
export type OpenFixture = (fixture: Fixture) => Promise<OpenBattleResult>;

export interface OpenBattlePorts {
  readonly log: Pick<InputLog, 'open' | 'head'>;
  /** Must know of an ended battle from the moment that the log no longer does. */
  hasEnded(id: BattleId): Promise<boolean>;
  /** Resolves when a room plays this battle, here or in another process. */
  ensureRoom(id: BattleId): Promise<unknown>;
  /** `sodium,<32 hex digits>`, another one at each call, from the system's random source. */
  newSeed(): string;
  /** The team that a format without teams of the users' own draws from this seed. */
  generateTeam(format: FormatId, seed: string): PackedTeam;
  isRated(format: FormatId): boolean;
  /** Version of the engine, as in `Opening.engine`. */
  readonly engine: string;
  readonly timer: TimerRules;
}

/** The battle starter of one process. */
export function createOpenBattle(ports: OpenBattlePorts): OpenFixture {
  return async (match) => {
    const { battleId } = match;
    if (!(await ports.log.head(battleId))) {
      // A match record may outlive a short battle; opening it again would play it twice.
      if (await ports.hasEnded(battleId)) return { kind: 'ended' };
      const result = await ports.log.open(openingOf(match, ports));
      if (result.kind === 'busy') return result;
    }
    await ports.ensureRoom(battleId);
    return { kind: 'opened' };
  };
}

function openingOf({ battleId, format, tickets }: Fixture, ports: OpenBattlePorts): Opening {
  const names = battleNames(tickets.map(({ name }) => name));
  const isArranged = tickets.some(({ challenge, bot }) => challenge !== undefined || bot !== undefined);
  return {
    id: battleId,
    format,
    engine: ports.engine,
    seed: ports.newSeed(),
    rated: !isArranged && ports.isRated(format),
    ...(isArranged && { arranged: true }),
    timer: ports.timer,
    sides: SIDE_IDS.map((side, index): OpeningSide => {
      const { userId, name, elo, bot, team: own } = tickets[index] as Contender;
      const team = own ?? ports.generateTeam(format, ports.newSeed());
      return { side, userId, name: names[index] ?? name, elo, team, ...(bot && { bot }) };
    }),
  };
}
