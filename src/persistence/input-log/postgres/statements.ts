/**
 * The input log's statements. PostgreSQL runs each at READ COMMITTED: a statement reads one snapshot, but an UPDATE or
 * DELETE that had to wait looks at the newest version of its row again. So what was read beside such a wait may be old:
 * `again` in an answer says that the snapshot does not explain why nothing was done, and the caller asks once more.
 */

/** Milliseconds since the epoch, by this server's clock. */
const CLOCK = `floor(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/**
 * $1: JSON `[id, epoch, length, isPlayed, entry as JSON text][]`; as JSON itself an entry would be taken apart and
 * refused for an escaped NUL in it. Gives `[verdict, at]` in the same order.
 * Verdicts: `+` in the log, `f` fenced, `c` conflict, `a` again.
 */
export const APPEND = `
with asked as materialized (
  select n, a->>0 as id, (a->>1)::int as epoch, (a->>2)::int as length, (a->>3)::boolean as played, a->>4 as entry
  from json_array_elements($1::json) with ordinality as asked(a, n)
), pushed as (
  update live_battle b
  set length = b.length + 1, last_at = greatest(b.last_at, ${CLOCK}), is_replaying = false,
    crashes = case when played then 0 else crashes end, deaths = case when played then 0 else deaths end
  from asked where b.id = asked.id and b.epoch = asked.epoch and b.length = asked.length
  returning asked.n, b.id, asked.length, b.last_at, asked.entry
), written as (
  insert into live_entry (battle_id, seq, at, entry) select id, length, last_at, entry::json from pushed
)
select case
    when pushed.n is not null then '+'
    when b.id is null or b.epoch <> asked.epoch then 'f'
    when b.length = asked.length then 'a'
    when b.length = asked.length + 1 and e.entry::text = asked.entry then '+'
    else 'c'
  end, coalesce(pushed.last_at, e.at)
from asked
left join pushed on pushed.n = asked.n
left join live_battle b on b.id = asked.id
left join live_entry e on e.battle_id = asked.id and e.seq = asked.length
order by asked.n`;

/** $1 id, $2 format, $3 engine, $4 users, $5 opening. No row: the battle is there. */
export const OPEN = `
with opened as (
  insert into live_battle (id, format, engine, users) values ($1, $2, $3, $4) on conflict (id) do nothing returning id
)
insert into live_opening (battle_id, opening) select id, $5::json from opened`;

export const IS_RECORDED = `select 1 from battles where id = $1`;

/** $1 battle, $2 users, sorted: two that take the same marks must not wait for each other crosswise. */
export const MARK = `
insert into live_player (user_id, battle_id) select unnest($2::text[]), $1 on conflict (user_id) do nothing`;

/** $1 battle, $2 users. */
export const MARKED_ELSEWHERE = `
select user_id as "userId", battle_id as "battleId" from live_player where user_id = any($2) and battle_id <> $1`;

const ENTRIES = `
coalesce((select json_agg(json_build_array(at, entry) order by seq) from live_entry where battle_id = $1), '[]')`;

/**
 * $1 id, $2 seen epoch, $3 owner, $4 engine. No row: missing. `epoch` null: not won. An append that committed while
 * the claim waited is counted in `length` and not among `entries`: then read them again.
 */
export const CLAIM = `
with won as (
  update live_battle set epoch = epoch + 1, owner = $3, is_replaying = true,
    deaths = deaths + (owner is not null and owner <> $3)::int,
    crashes = crashes + (is_replaying and owner is not null and owner <> $3)::int
  where id = $1 and epoch = $2 and engine = $4
  returning epoch, crashes, deaths, length
)
select b.engine, won.epoch, won.crashes, won.deaths, won.length,
  case when won.epoch is not null then (select opening from live_opening where battle_id = $1) end as opening,
  case when won.epoch is not null then ${ENTRIES} end as entries
from live_battle b left join won on true
where b.id = $1`;

export const READ_ENTRIES = `select ${ENTRIES} as entries`;

/** $1 id, $2 epoch. A row: the battle was ours, and lives no more. */
export const RETIRE = `delete from live_battle where id = $1 and epoch = $2 returning id`;

/** $1 id, $2 epoch: why there was nothing to retire. */
export const RETIRED = `
select case
  when exists (select from battles where id = $1) then 'finished'
  when exists (select from live_battle where id = $1 and epoch = $2) then 'again'
  else 'fenced'
end as verdict`;

export const RELEASE = `update live_battle set owner = null where id = $1 and epoch = $2`;

const HEAD_COLUMNS = `id, format, engine, epoch, owner, crashes, users`;
export const HEAD = `select ${HEAD_COLUMNS} from live_battle where id = $1`;
/** $1 the serial after which, $2 how many. */
export const LIVING = `select serial, ${HEAD_COLUMNS} from live_battle where serial > $1 order by serial limit $2`;
export const BATTLE_OF = `select battle_id as "battleId" from live_player where user_id = $1`;
export const EPOCHS = `select id, epoch from live_battle where id = any($1)`;
