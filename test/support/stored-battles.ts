/** What PostgreSQL holds of battles, read past all of our own code but the connection's options. */
import pg from 'pg';
import { connectionOptions } from '../../src/persistence/database/address.ts';
import type { SideId } from '../../src/battle/ids.ts';
import type { Entry } from '../../src/battle/input.ts';
import type { SocketAddress } from './postgres.ts';

export interface StoredSide {
  readonly side: SideId;
  readonly userId: string;
  readonly name: string;
  readonly elo: number;
  readonly team: string;
}

export interface StoredBattle {
  readonly id: string;
  readonly format: string;
  readonly seed: string;
  readonly rated: boolean;
  readonly winner: SideId | null;
  readonly reason: string;
  readonly inputs: readonly Entry[];
  /** Of the spectator channel. */
  readonly lines: readonly string[];
  readonly sides: readonly StoredSide[];
}

export interface Stored {
  readonly battles: readonly StoredBattle[];
  /** Rows that only living battles have. */
  readonly liveRows: number;
}

const BATTLES = `
  select id, format, seed, rated, winner, reason, inputs, lines, (
    select json_agg(json_build_object('side', side, 'userId', user_id, 'name', name, 'elo', elo, 'team', team))
    from battle_players where battle_id = id
  ) as sides
  from battles`;
const LIVE_ROWS = `
  select (select count(*) from live_battle) + (select count(*) from live_opening)
    + (select count(*) from live_entry) + (select count(*) from live_player) as count`;

export async function readStored(address: SocketAddress): Promise<Stored> {
  const client = new pg.Client(connectionOptions(address));
  await client.connect();
  try {
    const { rows: battles } = await client.query<StoredBattle>(BATTLES);
    const { rows } = await client.query<{ count: string }>(LIVE_ROWS);
    return { battles, liveRows: Number(rows[0]!.count) };
  } finally {
    await client.end();
  }
}
