/**
 * All that is fixed before the first input. With the input log it is the whole battle: the rest is replay.
 * Stored once, never changed. Holds the seed and both teams, so it is for the server's eyes only until the end.
 */
import type { BotKind } from './bot-seat.ts';
import type { BattleId, FormatId, PackedTeam, SideId, UserId } from './ids.ts';

export interface OpeningSide {
  readonly side: SideId;
  readonly userId: UserId;
  /** Display name as the battle shows it: cleaned, and different from every other side's. */
  readonly name: string;
  readonly elo: number;
  /** Always the packed text, also in random formats: a generator may change, a log must not. */
  readonly team: PackedTeam;
  /** The server plays this side itself; it is always there. */
  readonly bot?: BotKind;
}

/** Durations in milliseconds. Part of the opening, because every process must play by the same clock. */
export interface TimerRules {
  /** Time for one decision; then a random legal choice is made. */
  readonly turnMs: number;
  /** A warning goes out when this much of it is left. */
  readonly warnMs: number;
  /** How long a player may be away before the battle is lost. */
  readonly absenceMs: number;
  /** How long both may take to join for the first time. */
  readonly joinMs: number;
}

export interface Opening {
  readonly id: BattleId;
  readonly format: FormatId;
  /** `engineVersion` of the process that opened it: a log replays only on the same one. */
  readonly engine: string;
  /** `sodium,<32 hex digits>`, from the system's random source. */
  readonly seed: string;
  readonly rated: boolean;
  /** Its players did not come from the queue: when one does not show up, nobody is sent back there or kept out of it. */
  readonly arranged?: true;
  readonly timer: TimerRules;
  /** In order `p1`, `p2`. */
  readonly sides: readonly OpeningSide[];
}

/** The sides that the server plays itself. */
export function botsOf({ sides }: Opening): ReadonlySet<SideId> {
  return new Set(sides.filter(({ bot }) => bot).map(({ side }) => side));
}

/** Who sits at a side; null for none. */
export function userAt({ sides }: Opening, side: SideId | null): UserId | null {
  return sides.find((seat) => seat.side === side)?.userId ?? null;
}
