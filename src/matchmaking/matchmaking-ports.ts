/** What the matchmaking room needs of the rest. */
import type { Identity } from '../auth/token.ts';
import type { BattleId, FormatId, PackedTeam, UserId } from '../battle/ids.ts';
import type { BattleDescription } from '../rooms/battle-view.ts';
import type { PlayerInfo, Seat } from '../rooms/messages.ts';
import type { Scheduler } from '../rooms/scheduler.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Meter } from '../telemetry/meter.ts';
import type { ChallengeHall, Challenges } from './challenges.ts';
import type { Matchmaker, QueueEvents } from './matchmaker.ts';
import type { OperatorPorts } from './operator-ports.ts';
import type { PlayBot } from './play-bot.ts';

/** A seat in a battle for one connection of one user. */
export interface BattleSeat {
  readonly battleId: BattleId;
  readonly format: FormatId;
  readonly opponent: PlayerInfo;
  readonly seat: Seat;
}

export interface MatchmakingPorts {
  /** Makes the matchmaker that tells this room what happens. */
  matchmaker(events: QueueEvents): Matchmaker;
  /** Makes the challenges of this room. */
  challenges(hall: ChallengeHall): Challenges;
  /** A seat for a player of a living battle, bringing it back first; null when the user has no side in it. */
  seat(battleId: BattleId, identity: Identity): Promise<BattleSeat | null>;
  /** The same, to who asks for it. Rejects with `RATE_LIMITED`. */
  seatAgain: MatchmakingPorts['seat'];
  battleOf(userId: UserId): Promise<BattleId | null>;
  readonly playBot: PlayBot;
  ensureRoom(battleId: BattleId): Promise<unknown>;
  /** The battles of this process. */
  liveHere(): readonly BattleDescription[];
  readonly operator: OperatorPorts;
  /** The user's team, valid for the format; null where the format draws teams. Rejects with a `CodedError`. */
  team(userId: UserId, format: string, teamId: string | undefined): Promise<PackedTeam | null>;
  /** In whole points, within 300 ms. Never rejects. */
  elo(userId: UserId, format: FormatId): Promise<number>;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  readonly meter: Pick<Meter, 'refused'>;
}
