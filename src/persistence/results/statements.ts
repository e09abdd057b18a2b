/**
 * The statements that record an ended battle. Between `STAND` and `RECORD` the ratings of both users are locked, in the
 * order of their ids so that two battles never wait for each other crosswise.
 */

/**
 * $1: JSON `{id, name, rated}[]` of the players. Makes their users, and where `rated` locks their ratings in format $2:
 * a row of each. `battles`: rated ones, of all formats.
 */
export const STAND = `
with player as (
  select * from json_to_recordset($1::json) as player (id text, name text, rated boolean)
), new_users as (
  insert into users (id, name) select id, name from player order by id on conflict (id) do nothing
), standing as (
  insert into ratings (user_id, format) select id, $2 from player where rated order by id
  on conflict (user_id, format) do update set format = excluded.format
  returning *
)
select user_id as "userId", elo, peak, glicko, wins, losses, ties, streak, best_streak as "bestStreak",
  (select coalesce(sum(r.wins + r.losses + r.ties), 0)::int from ratings r where r.user_id = standing.user_id) as battles
from standing`;

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
  insert into battle_players (battle_id, side, user_id, name, elo, team, ended_at, before, after)
  select p.battle_id, p.side, p.user_id, p.name, p.elo, p.team, p.ended_at, p.before, p.after
  from new_battle, json_populate_recordset(null::battle_players, $2::json) p
), moved as (
  update ratings r
  set elo = m.elo, peak = m.peak, glicko = m.glicko, wins = m.wins, losses = m.losses, ties = m.ties,
    streak = m.streak, best_streak = m.best_streak
  from new_battle, json_populate_recordset(null::ratings, $3::json) m
  where r.user_id = m.user_id and r.format = m.format
), unlocked as (
  insert into achievements (user_id, kind, format, battle_id, at)
  select a.user_id, a.kind, a.format, a.battle_id, a.at
  from new_battle, json_populate_recordset(null::achievements, $4::json) a
  on conflict (user_id, kind) do nothing
  returning user_id, kind
)
select exists (select from new_battle) as "isNew",
  (select json_agg(json_build_object('userId', user_id, 'kind', kind)) from unlocked) as unlocked`;
