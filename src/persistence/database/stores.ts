/** Ports of the durable records: users, teams, finished battles. One adapter: `MikroORM` on PostgreSQL. */
import type { BattleId, FormatId, PackedTeam, SideId, UserId } from '../../battle/ids.ts';
import type { Entry } from '../../battle/input.ts';
import type { EndReason } from '../../battle/outcome.ts';
import type { AchievementKind } from '../../ratings/achievements.ts';

export interface User {
  readonly id: UserId;
  readonly name: string;
  readonly createdAt: number;
}

/** A user who was to own something is not there, though seen before. */
export class UserGone extends Error {
  override readonly name = 'UserGone';
}

export interface UserStore {
  /** Makes the row the first time this id is seen, and keeps the name up to date. */
  see(id: UserId, name: string): Promise<User>;
  find(id: UserId): Promise<User | null>;
  profile(id: UserId): Promise<Profile | null>;
  /**
   * Removes the user with teams, ratings and achievements, and takes the name out of the battles. Rejects perhaps half
   * done; called again it goes on.
   */
  erase(id: UserId): Promise<void>;
  /** Another process has erased this user. */
  forget(id: UserId): void;
}

/** What an owner may set. `packed` has passed the validator for `format`. */
export interface TeamDraft {
  readonly name: string;
  readonly format: FormatId;
  readonly packed: PackedTeam;
}

export interface StoredTeam extends TeamDraft {
  /** UUID. */
  readonly id: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Every call acts on teams of `owner` only; a team of somebody else does not exist for it. */
export interface TeamStore {
  /** Rejects with `UserGone`. */
  create(owner: UserId, draft: TeamDraft): Promise<StoredTeam>;
  list(owner: UserId): Promise<readonly StoredTeam[]>;
  get(owner: UserId, id: string): Promise<StoredTeam | null>;
  replace(owner: UserId, id: string, draft: TeamDraft): Promise<StoredTeam | null>;
  remove(owner: UserId, id: string): Promise<boolean>;
}

/** A rating at one moment, unrounded. */
export interface Standing {
  readonly elo: number;
  readonly glicko: { readonly rating: number; readonly deviation: number };
}

export interface BattlePlayer {
  readonly side: SideId;
  /** null: has gone for good. */
  readonly userId: UserId | null;
  readonly name: string;
  /** As the battle showed it. */
  readonly elo: number;
  /** null: the battle moved no rating. */
  readonly before: Standing | null;
  readonly after: Standing | null;
}

/** A finished battle as lists show it. Nothing secret in it. */
export interface BattleSummary {
  readonly battleId: BattleId;
  readonly format: FormatId;
  readonly players: readonly BattlePlayer[];
  /** null for `tie` and `void`. */
  readonly winner: SideId | null;
  readonly reason: EndReason;
  readonly turns: number;
  readonly rated: boolean;
  /** Per user and format ratings moved in this order; null: none did. */
  readonly ratedSeq: number | null;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A battle's place in lists that are newest first. */
export type PlaceInList = Pick<BattleSummary, 'endedAt' | 'battleId'>;

/** The whole record, teams and seed included: not for strangers' eyes. */
export interface FinishedBattle extends BattleSummary {
  readonly engine: string;
  readonly seed: string;
  readonly teams: Readonly<Record<SideId, PackedTeam>>;
  readonly inputs: readonly Entry[];
  readonly lines: readonly string[];
  /** Who knows it may watch the replay; null: everybody may. */
  readonly replayKey: string | null;
  /** Whose teams everybody may see. */
  readonly publishedTeams: readonly SideId[];
}

/** A finished battle as who may watch it sees it. */
export interface Replay extends BattleSummary {
  /** Of the spectator channel. */
  readonly lines: readonly string[];
  /** Who knows it may watch; null: everybody may. */
  readonly replayKey: string | null;
}

/** What a player wants for a battle of theirs; what is missing stays as it is. */
export interface ReplayWish {
  readonly isPrivate?: boolean | undefined;
  readonly isTeamPublished?: boolean | undefined;
}

/** A player's own wishes, and what came of both players'. */
export interface ReplaySettings {
  readonly isPrivate: boolean;
  readonly isTeamPublished: boolean;
  readonly replayKey: string | null;
}

export interface ReplaySearch {
  readonly user?: UserId | undefined;
  readonly format?: FormatId | undefined;
  /** Ended before it; milliseconds since the epoch. */
  readonly before?: number | undefined;
  /** Ended then or later. */
  readonly after?: number | undefined;
  readonly limit: number;
  /** What comes after it. */
  readonly cursor?: PlaceInList | undefined;
}

export interface ReplayStore {
  get(id: BattleId): Promise<Replay | null>;
  /** Replays that everybody may watch, newest first. `next` is null on the last page. */
  search(
    search: ReplaySearch,
  ): Promise<{ readonly items: readonly BattleSummary[]; readonly next: PlaceInList | null }>;
  /** null for who did not play it. A replay that becomes private gets a key that nobody knows yet. */
  wish(id: BattleId, user: UserId, wish: ReplayWish): Promise<ReplaySettings | null>;
}

export interface BattleFilter {
  readonly user?: UserId;
  readonly format?: FormatId;
  readonly limit: number;
  readonly offset: number;
}

export interface BattleStore {
  summary(id: BattleId): Promise<BattleSummary | null>;
  get(id: BattleId): Promise<FinishedBattle | null>;
  /** Newest first. `total` counts no further than pages reach. */
  list(filter: BattleFilter): Promise<{ readonly items: readonly BattleSummary[]; readonly total: number }>;
  /** Those of a user that come after `place` in the list. */
  older(
    place: PlaceInList,
    filter: Omit<BattleFilter, 'user' | 'offset'> & { readonly user: UserId },
  ): Promise<readonly BattleSummary[]>;
}

export interface Achievement {
  readonly kind: AchievementKind;
  /** Of the battle that was the last step. */
  readonly format: FormatId;
  readonly battleId: BattleId;
  readonly at: number;
}

/** What everybody may know of a user, ratings aside. */
export interface Profile {
  readonly user: User;
  /** Oldest first. */
  readonly achievements: readonly Achievement[];
  /** Recorded ones. */
  readonly battles: number;
}

/** How a user stands in one format, unrounded. There is one from the first rated battle on. */
export interface FormatRating extends Standing {
  readonly format: FormatId;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** Wins in a row. */
  readonly streak: number;
  /** The highest `elo` so far. */
  readonly peak: number;
}

/** A row of a ladder. */
export interface LadderRow extends Omit<FormatRating, 'format' | 'streak' | 'peak'> {
  /** From 1, without gaps. */
  readonly rank: number;
  readonly user: Pick<User, 'id' | 'name'>;
}

/** What one battle did to a user's rank. null: beyond the ranks that were counted, or not on the ladder. */
export interface RankChange {
  readonly userId: UserId;
  readonly oldRank: number | null;
  readonly newRank: number | null;
}

/** Ratings as they were recorded. A ladder goes by Elo, and of equals the user id that sorts last comes first. */
export interface RatingStore {
  /** `total` of a long ladder is up to some seconds old. */
  ladder(
    format: FormatId,
    limit: number,
    offset: number,
  ): Promise<{ readonly items: readonly LadderRow[]; readonly total: number }>;
  /** The first rows of a ladder. */
  top(format: FormatId, limit: number): Promise<readonly LadderRow[]>;
  /** null: not on the ladder. */
  rank(format: FormatId, userId: UserId): Promise<LadderRow | null>;
  /** By format. */
  ofUser(userId: UserId): Promise<readonly FormatRating[]>;
  /** Where everybody starts, for who has not played yet. */
  elo(userId: UserId, format: FormatId): Promise<number>;
  /** Of the players of one battle that was recorded just now; ranks beyond `most` are not counted. */
  rankChanges(
    format: FormatId,
    changes: readonly { readonly userId: UserId; readonly before: Standing; readonly after: Standing }[],
    most: number,
  ): Promise<readonly RankChange[]>;
}

export interface BlockedUser {
  readonly id: UserId;
  readonly name: string;
  readonly blockedAt: number;
}

/** `unknown`: nobody has seen the user who was to be blocked. `full`: at the bound. */
export type BlockResult = 'blocked' | 'unknown' | 'full';

/** Whether somebody may be addressed: nobody has seen them, they have blocked who asks, or nothing speaks against it. */
export type Reach = 'unknown' | 'blocked' | 'open';

export interface BlockStore {
  /** Newest first. */
  list(userId: UserId): Promise<readonly BlockedUser[]>;
  /** Rejects with `UserGone` for who blocks. */
  add(userId: UserId, blocked: UserId): Promise<BlockResult>;
  remove(userId: UserId, blocked: UserId): Promise<void>;
  reach(to: UserId, from: UserId): Promise<Reach>;
}

/** What happened to a user's connection to a battle, or to the battle as a whole (`recovered`, `moved`). */
export type ConnectionEventKind =
  /** The first connection of a side, or a spectator. */
  | 'joined'
  /** The last connection of a side is gone; `code` is its close code. */
  | 'dropped'
  /** The side is back; `afterMs` is how long it was away. */
  | 'reconnected'
  /** The side did not come back in time. */
  | 'failed'
  /** We closed the connection; `code` says why. */
  | 'kicked'
  /** This process took the battle up from another one; `afterMs` is how long nobody had it, where that is known. */
  | 'recovered'
  /** This process handed the battle over, or was fenced. */
  | 'moved';

export interface ConnectionEvent {
  readonly battleId: BattleId;
  readonly kind: ConnectionEventKind;
  /** Milliseconds since the epoch, by the process's clock. */
  readonly at: number;
  readonly processId: string;
  /** null: of the battle as a whole. */
  readonly userId: UserId | null;
  /** null: a spectator, or of the battle as a whole. */
  readonly side: SideId | null;
  readonly afterMs: number | null;
  /** WebSocket close code. */
  readonly code: number | null;
}

export interface ConnectionEventStore {
  /** In one statement: all of them or none. */
  add(events: readonly ConnectionEvent[]): Promise<void>;
  /** Newest first. */
  ofBattle(battleId: BattleId, limit: number): Promise<readonly ConnectionEvent[]>;
}
