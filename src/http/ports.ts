/** What the HTTP routes need from the rest of the server. Passed in by the composition root. */
import type { Tokens, Identity } from '../auth/token.ts';
import type { Format } from '../battle/format.ts';
import type { BattleId, FormatId, PackedTeam, SideId, UserId } from '../battle/ids.ts';
import type { TeamCheck } from '../battle/team.ts';
import type { Config } from '../config/config.ts';
import type {
  BattleStore,
  BlockStore,
  RatingStore,
  ReplayStore,
  TeamStore,
  UserStore,
} from '../persistence/database/stores.ts';
import type { ChallengeStore } from '../persistence/challenges/challenges.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Admin } from './admin-ports.ts';
import type { MonitorPorts } from './monitor.ts';
import type { Meter } from '../telemetry/meter.ts';

export interface LiveBattlePlayer {
  readonly id: UserId;
  readonly name: string;
  readonly elo: number;
}

/** A battle being played, as strangers may see it. */
export interface LiveBattle {
  readonly battleId: BattleId;
  readonly format: FormatId;
  readonly players: Readonly<Record<SideId, LiveBattlePlayer>>;
  readonly turn: number;
  readonly startedAt: number;
  readonly spectators: number;
}

/** What the SDK's `consumeSeatReservation` takes. Opaque here. */
export type SeatReservation = object;

export interface LiveBattles {
  list(format?: FormatId): Promise<readonly LiveBattle[]>;
  get(id: BattleId): Promise<LiveBattle | null>;
  /** Recovers the battle first where its process died. Rejects with a `CodedError`; `BATTLE_NOT_FOUND` when it does not live. */
  seat(id: BattleId, identity: Identity): Promise<SeatReservation>;
  battleOf(userId: UserId): Promise<BattleId | null>;
}

export interface QueuePlace {
  readonly format: FormatId;
  /** 1 is next. */
  readonly position: number;
  readonly joinedAt: number;
}

export interface QueuePlaces {
  placeOf(userId: UserId): Promise<QueuePlace | null>;
}

export interface Readiness {
  readonly ok: boolean;
  readonly draining: boolean;
  /** By dependency: whether it answers. */
  readonly checks: Readonly<Record<string, boolean>>;
}

/** More may be in it. */
export interface Summary {
  /** `degraded`: a store is away, or the event bus between the processes. */
  readonly status: 'ok' | 'draining' | 'degraded';
  readonly [name: string]: unknown;
}

export interface Health {
  live(): { readonly ok: true };
  ready(): Promise<Readiness>;
  summary(): Promise<Summary>;
}

/** The metrics of this process. */
export interface MetricsPort {
  /** Of `text`. */
  readonly contentType: string;
  /** For Prometheus. */
  text(): Promise<string>;
  json(): Promise<object>;
}

export interface HttpPorts {
  readonly config: Pick<Config, 'corsOrigins' | 'guests' | 'metrics' | 'trustedProxies' | 'exemptAddresses'>;
  readonly tokens: Tokens;
  readonly users: UserStore;
  /** Deletes a user. Rejects with a `CodedError` for who cannot be spared yet. */
  readonly deleteUser: (id: UserId) => Promise<void>;
  readonly teams: TeamStore;
  readonly battles: BattleStore;
  readonly ratings: RatingStore;
  readonly replays: ReplayStore;
  readonly blocks: BlockStore;
  readonly challenges: Pick<ChallengeStore, 'get' | 'sentBy' | 'receivedBy'>;
  readonly live: LiveBattles;
  readonly queue: QueuePlaces;
  readonly health: Health;
  /** undefined: there are no admin routes. */
  readonly admin?: Admin;
  /** undefined: there is no monitor; nor is there one without admin routes. */
  readonly monitor?: MonitorPorts | undefined;
  readonly metrics: MetricsPort;
  readonly meter: Pick<Meter, 'refused'>;
  readonly formats: ReadonlyMap<FormatId, Format>;
  /** `team` is export text, packed text or JSON sets. */
  readonly checkTeam: (format: FormatId, team: unknown) => TeamCheck;
  readonly exportTeam: (packed: PackedTeam) => string;
  readonly log: Logger;
  /** Milliseconds, from a clock that does not go back. */
  readonly now: () => number;
}
