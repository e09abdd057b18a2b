/**
 * The statements that record an ended battle. From `LOCK` to the end of the transaction both users are this battle's
 * alone, taken in the order of their ids so that two battles never wait for each other crosswise.
 */

/**
 * $1: JSON `{id, name}[]` of the players. Makes their users, and locks those that are there. What waited here sees what
 * others did meanwhile only in the next statement.
 */
export const LOCK = `
insert into users (id, name)
select id, name from json_to_recordset($1::json) as player (id text, name text) order by id
on conflict (id) do update set name = excluded.name where false`;

/** $1 users, $2 format: the ratings of those who have one. `battles`: rated ones, of all formats. */
export const STAND = `
select player.id as "userId", elo, peak, glicko, wins, losses, ties, streak, best_streak as "bestStreak",
  (select coalesce(sum(r.wins + r.losses + r.ties), 0)::int from ratings r where r.user_id = player.id) as battles
from unnest($1::text[]) as player (id) left join ratings on user_id = player.id and format = $2`;

/**
 * Writes a battle unless it is there: $1 to $4 JSON of the rows under the columns' names (battle, players, ratings,
 * achievements), $5 timer, $6 inputs, $7 lines. Gives `isNew`, and the achievements that are.
 */
export const RECORD = `
with new_battle as (
  insert into battles
    (id, format, engine, seed, rated, timer, winner, reason, turns, started_at, ended_at, inputs, lines, rated_seq)
  select b.id, b.format, b.engine, b.seed, b.rated, $5::json, b.winner, b.reason, b.turns, b.started_at,
    b.ended_at, $6::json, $7::json, case when json_array_length($3::json) > 0 then nextval('battles_rated_seq') end
  from json_populate_record(null::battles, $1::json) b
  on conflict (id) do nothing
  returning id
), new_players as (
  insert into battle_players (battle_id, side, user_id, name, elo, team, ended_at, format, before, after)
  select p.battle_id, p.side, p.user_id, p.name, p.elo, p.team, p.ended_at, p.format, p.before, p.after
  from new_battle, json_populate_recordset(null::battle_players, $2::json) p
), moved as (
  insert into ratings (user_id, format, elo, peak, glicko, wins, losses, ties, streak, best_streak)
  select m.user_id, m.format, m.elo, m.peak, m.glicko, m.wins, m.losses, m.ties, m.streak, m.best_streak
  from new_battle, json_populate_recordset(null::ratings, $3::json) m
  on conflict (user_id, format) do update
  set elo = excluded.elo, peak = excluded.peak, glicko = excluded.glicko, wins = excluded.wins,
    losses = excluded.losses, ties = excluded.ties, streak = excluded.streak, best_streak = excluded.best_streak
), unlocked as (
  insert into achievements (user_id, kind, format, battle_id, at)
  select a.user_id, a.kind, a.format, a.battle_id, a.at
  from new_battle, json_populate_recordset(null::achievements, $4::json) a
  on conflict (user_id, kind) do nothing
  returning user_id, kind
)
select exists (select from new_battle) as "isNew",
  (select json_agg(json_build_object('userId', user_id, 'kind', kind)) from unlocked) as unlocked`;
