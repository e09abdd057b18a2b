/** The battles of a process by how they stand, with their age and who is connected to them. */
import type { BattleSession } from './battle-session.ts';

/** `paused`: the store is away, or the battle waits for its first entry. `ended`: its end is recorded and being told. */
export type BattleStatus = 'playing' | 'paused' | 'ended';

export interface TallyRow {
  readonly battles: number;
  /** Since the first entry of each, by the store's clock. Milliseconds; null without battles. */
  readonly meanAgeMs: number | null;
  /** Connections. */
  readonly players: number;
  readonly spectators: number;
}

export type BattleTally = Readonly<Record<BattleStatus, TallyRow>>;

/** As much of a battle room as is counted. */
export interface TalliedRoom {
  readonly session: Pick<BattleSession, 'isLive' | 'hasEnded'> & {
    readonly logged: Pick<BattleSession['logged'], 'startedAt'>;
    readonly deadlines: Pick<BattleSession['deadlines'], 'storeNow'>;
  };
  readonly clients: { readonly length: number };
  describe(): { readonly spectators: number };
}

export function tallyBattles(rooms: Iterable<TalliedRoom>): BattleTally {
  const byStatus: Record<BattleStatus, TalliedRoom[]> = { playing: [], paused: [], ended: [] };
  for (const room of rooms) byStatus[statusOf(room)].push(room);
  return {
    playing: rowOf(byStatus.playing),
    paused: rowOf(byStatus.paused),
    ended: rowOf(byStatus.ended),
  };
}

function statusOf({ session }: TalliedRoom): BattleStatus {
  if (session.hasEnded) return 'ended';
  return session.isLive ? 'playing' : 'paused';
}

function rowOf(rooms: readonly TalliedRoom[]): TallyRow {
  let [age, spectators, clients] = [0, 0, 0];
  for (const room of rooms) {
    age += ageOf(room);
    spectators += room.describe().spectators;
    clients += room.clients.length;
  }
  return {
    battles: rooms.length,
    meanAgeMs: rooms.length === 0 ? null : Math.round(age / rooms.length),
    players: Math.max(0, clients - spectators),
    spectators,
  };
}

/** Nothing is logged in a battle that is on its way. */
function ageOf({ session: { logged, deadlines } }: TalliedRoom): number {
  return logged.startedAt === 0 ? 0 : Math.max(0, deadlines.storeNow() - logged.startedAt);
}
