/** Data as versions before the ratings wrote it, and what must be true of it afterwards. */
import assert from 'node:assert/strict';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { BattleId } from '../../src/battle/ids.ts';
import type { DatabaseAddress } from '../../src/persistence/database/address.ts';
import { OrmBattleStore } from '../../src/persistence/database/battle-store.ts';
import { PostgresInputLog } from '../../src/persistence/input-log/postgres.ts';
import { runSql } from '../support/postgres.ts';
import { checkChain } from './chain.ts';
import { ENGINE, sampleOpening, sampleRecord } from './sample.ts';

type Table = readonly Record<string, unknown>[];
type Contents = Readonly<Record<string, Table>>;

/** Of a battle that is over, and of one that goes on. */
const USERS = ['ash', 'gary'] as const;
const ENDED = sampleOpening({ id: 'ended', users: USERS });
const LIVING = sampleOpening({ id: 'living', users: USERS });
const LINES = ['|start', '|win|Ash \\u0000'];
const AT = '2026-01-01T00:00:00.123Z';

const text = (value: unknown): string => `'${JSON.stringify(value).replaceAll("'", "''")}'`;

/** Rows by table; those of a table that the version does not have are left out. */
const ROWS: Readonly<Record<string, string>> = {
  users: `(id, name) values ('ash', 'Ash'), ('gary', 'Gary'), ('idle', 'Idle')`,
  teams: `values ('00000000-0000-4000-8000-000000000001', 'ash', 'Mine', 'gen9ou', 'Pikachu|||', '${AT}', '${AT}')`,
  battles: `values ('ended', 'gen9randombattle', '${ENGINE}', 'seed', true, ${text(ENDED.timer)}, 'p1', 'win', 7,
    '${AT}', '${AT}', '[{"at":1}]', ${text(LINES)})`,
  battle_players: `values ('ended', 'p1', 'ash', 'Ash then', 1000, 'A|||', '${AT}'),
    ('ended', 'p2', 'gary', 'Gary', 1066.5, 'B|||', '${AT}')`,
  live_battle: `(id, format, engine, users, epoch, length, last_at)
    values ('living', 'gen9randombattle', '${ENGINE}', ${text(
      LIVING.sides.map(({ side, userId }) => ({ side, userId })),
    )}, 3, 1, 17)`,
  live_opening: `values ('living', ${text(LIVING)})`,
  live_entry: `values ('living', 0, 17, '{"input":{"type":"resume"},"print":"1,a"}')`,
  live_player: `values ('ash', 'living'), ('gary', 'living')`,
  connection_events: `(battle_id, kind, at, process_id, user_id, side) values ('ended', 'joined', '${AT}', 'p', 'ash', 'p1')`,
};

/** A row in every table that there is. Answers their names. */
export async function fillEarlier(address: DatabaseAddress): Promise<string[]> {
  const { rows } = await runSql(
    address,
    `select tablename from pg_tables where schemaname = 'public' and tablename <> 'mikro_orm_migrations'`,
  );
  const tables = (rows as { tablename: string }[]).map(({ tablename }) => tablename);
  for (const table of tables) assert(table in ROWS, `no rows for ${table}`);
  const present = Object.keys(ROWS).filter((table) => tables.includes(table));
  for (const table of present) await runSql(address, `insert into ${table} ${ROWS[table]}`);
  return present;
}

export async function contents(address: DatabaseAddress, tables: readonly string[]): Promise<Contents> {
  const entries: [string, Table][] = [];
  for (const table of tables)
    entries.push([table, (await runSql(address, `select * from ${table} t order by t::text`)).rows as Table]);
  return Object.fromEntries(entries);
}

/** Every row with all that it had. */
export function assertKept(before: Contents, after: Contents): void {
  for (const [table, rows] of Object.entries(before)) {
    assert(rows.length > 0, table);
    const kept = after[table]!.map((row) =>
      Object.fromEntries(Object.keys(rows[0]!).map((column) => [column, row[column]])),
    );
    assert.deepEqual(kept, rows, table);
  }
}

/** The old battle, which moved no rating. */
export async function assertReadable(orm: MikroORM): Promise<void> {
  const battles = new OrmBattleStore(orm);
  const battle = await battles.get('ended' as BattleId);
  assert(battle);
  assert.deepEqual(battle.lines, LINES);
  assert.deepEqual([battle.ratedSeq, battle.replayKey, battle.publishedTeams], [null, null, []]);
  assert.deepEqual(
    battle.players.map(({ userId, name, before, after }) => [userId, name, before, after]),
    [
      ['ash', 'Ash then', null, null],
      ['gary', 'Gary', null, null],
    ],
  );
  const user = battle.players[0]!.userId!;
  for (const filter of [{ user }, { user, format: battle.format }]) {
    const { items, total } = await battles.list({ ...filter, limit: 10, offset: 0 });
    assert.deepEqual([items.map(({ battleId }) => battleId), total], [['ended'], 1]);
  }
}

/** The living battle: it is claimed, ends, and moves the first ratings that there are. */
export async function assertGoesOn(address: DatabaseAddress): Promise<void> {
  const log = new PostgresInputLog(address);
  const claimed = await log.claim(LIVING.id, 3, 'server-1', ENGINE);
  assert(claimed.kind === 'claimed');
  const { epoch, opening, entries } = claimed.claim;
  assert.deepEqual(opening, LIVING);
  assert.equal(entries.length, 1);
  await log.finish(LIVING.id, epoch, sampleRecord(opening, entries));
  await log.close();
  const seqs = await runSql(address, 'select id, rated_seq from battles order by id');
  assert.deepEqual(seqs.rows, [
    { id: 'ended', rated_seq: null },
    { id: 'living', rated_seq: '1' },
  ]);
  // The older one moved none, and is no link of the chain.
  await runSql(address, `update battles set rated = false where id = 'ended'`);
  const { rated, ratings } = await checkChain(address);
  assert.deepEqual([rated, ratings], [1, 2]);
}
