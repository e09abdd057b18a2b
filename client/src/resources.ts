/** What the server tells and keeps over HTTP. Lists come in pages. */
import type { ReceivedChallenge } from './challenge-book.ts';
import { type Http, withQuery } from './http.ts';
import type { BattleEnd, PlayerInfo, Players, Ratings, SideId } from './protocol.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total?: number;
}

export interface Format {
  readonly id: string;
  readonly name: string;
  readonly generation: number;
  readonly gameType: string;
  readonly players: number;
  readonly teamRequired: boolean;
  readonly teamPreview: boolean;
  readonly rated: boolean;
}

export interface Standing {
  readonly elo: number;
  readonly glicko: { readonly rating: number; readonly deviation: number };
  /** Percent. */
  readonly gxe: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

export interface LadderEntry extends Standing {
  readonly rank: number;
  readonly user: User;
}

export interface FormatStanding extends Standing {
  readonly format: string;
  /** Wins in a row. */
  readonly streak: number;
  readonly peak: number;
}

export interface User {
  readonly id: string;
  readonly name: string;
}

export interface BlockedUser extends User {
  readonly blockedAt: number;
}

export interface Me {
  readonly user: User;
  /** The battle that is being played. */
  readonly battleId?: string;
  readonly queue?: { readonly format: string; readonly position: number; readonly joinedAt: number };
  readonly ratings: readonly FormatStanding[];
}

export interface LiveBattle {
  readonly battleId: string;
  readonly format: string;
  readonly players: Players;
  readonly turn: number;
  readonly startedAt: number;
  readonly spectators: number;
}

export interface FinishedBattle {
  readonly battleId: string;
  readonly format: string;
  /** A deleted user has no id. */
  readonly players: Readonly<
    Partial<Record<SideId, Omit<PlayerInfo, 'id'> & { readonly id: string | null }>>
  >;
  readonly winner: string | null;
  readonly winnerSide: SideId | null;
  readonly reason: BattleEnd['reason'];
  readonly turns: number;
  readonly rated: boolean;
  readonly ratings?: Ratings;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: 'ended';
}

/** Showdown's fields, and the battle's. */
export interface Replay extends Omit<FinishedBattle, 'battleId' | 'players'> {
  readonly id: string;
  readonly battleId: string;
  readonly formatid: string;
  readonly players: readonly string[];
  readonly sides: FinishedBattle['players'];
  /** Protocol lines of the spectators' channel. */
  readonly log: string;
  /** Seconds since the epoch. */
  readonly uploadtime: number;
  readonly rating: number | null;
  readonly private: number;
}

export interface ReplaySettings {
  readonly battleId: string;
  readonly private: boolean;
  readonly teamPublished: boolean;
  /** Opens a private one to whoever has it. */
  readonly key?: string;
}

export interface Team {
  /** UUID. */
  readonly id: string;
  readonly name: string;
  readonly format: string;
  readonly packed: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** `team`: Showdown export text, packed text or JSON sets. */
export interface TeamDraft {
  readonly name: string;
  readonly format: string;
  readonly team: string | readonly object[];
}

export interface TeamCheck {
  readonly valid: boolean;
  readonly problems: readonly string[];
  readonly packed?: string;
}

interface PageQuery {
  readonly limit?: number;
  readonly offset?: number;
}

export interface ReplayQuery {
  /** User id. */
  readonly user?: string;
  readonly format?: string;
  /** `endedAt` of what is found, milliseconds since the epoch. */
  readonly after?: number;
  readonly before?: number;
  readonly limit?: number;
  /** `next` of the page before, with the same filters. */
  readonly cursor?: string;
}

const segment = encodeURIComponent;

/** The user's own teams. Rejects with `INVALID_TEAM` and `details.problems`. */
export function teamsOf(http: Http) {
  const path = (id: string): string => `/teams/${segment(id)}`;
  return {
    list: () => http.json<Page<Team>>('GET', '/teams'),
    get: (id: string) => http.json<Team>('GET', path(id)),
    create: (draft: TeamDraft) => http.json<Team>('POST', '/teams', draft),
    replace: (id: string, draft: TeamDraft) => http.json<Team>('PUT', path(id), draft),
    remove: (id: string) => http.json<void>('DELETE', path(id)),
    validate: (draft: Omit<TeamDraft, 'name'>) => http.json<TeamCheck>('POST', '/teams/validate', draft),
    /** Showdown's export text. */
    exportText: (id: string) => http.text(`${path(id)}/export`),
  };
}

/** Finished battles to watch. `key` opens a private one. */
export function replaysOf(http: Http) {
  const path = (id: string): string => `/replays/${segment(id)}`;
  return {
    search: (query: ReplayQuery = {}) =>
      http.json<Page<FinishedBattle> & { readonly next?: string }>(
        'GET',
        withQuery('/replays', { ...query }),
      ),
    get: (id: string, key?: string) => http.json<Replay>('GET', withQuery(`${path(id)}.json`, { key })),
    log: (id: string, key?: string) => http.text(withQuery(`${path(id)}.log`, { key })),
    /** The caller's own wishes. */
    settings: (id: string, wishes: { readonly private?: boolean; readonly teamPublished?: boolean }) =>
      http.json<ReplaySettings>('PATCH', path(id), wishes),
  };
}

/** Battles that run, and those that have ended. */
export function battlesOf(http: Http) {
  return {
    live: (query: PageQuery & { readonly format?: string } = {}) =>
      http.json<Page<LiveBattle> & { readonly next?: number }>(
        'GET',
        withQuery('/battles/live', { ...query }),
      ),
    finished: (query: PageQuery & { readonly format?: string; readonly user?: string } = {}) =>
      http.json<Page<FinishedBattle> & { readonly next?: number }>(
        'GET',
        withQuery('/battles', { ...query }),
      ),
    get: (id: string) =>
      http.json<FinishedBattle | (LiveBattle & { readonly status: 'live' })>(
        'GET',
        `/battles/${segment(id)}`,
      ),
  };
}

/** Whom the user wants no challenges from. A block counts for what comes after it. */
export function blockedOf(http: Http) {
  const path = (userId: string): string => `/me/blocked/${segment(userId)}`;
  return {
    /** Newest first. */
    list: () => http.json<Page<BlockedUser>>('GET', '/me/blocked'),
    add: (userId: string) => http.json<void>('PUT', path(userId)),
    remove: (userId: string) => http.json<void>('DELETE', path(userId)),
  };
}

/** What the link of an open challenge leads to. */
export function challengeOf(http: Http, challengeId: string) {
  return http.json<ReceivedChallenge>('GET', `/challenges/${segment(challengeId)}`);
}

export function ladderOf(http: Http, format: string, query: PageQuery) {
  return http.json<Page<LadderEntry> & { readonly next?: number }>(
    'GET',
    withQuery(`/ladder/${segment(format)}`, { ...query }),
  );
}
