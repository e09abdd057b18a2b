-- Takes an open challenge into a match, or says why not. The connection may send the call again: a match of this user under
-- this id, and a challenge that was closed by it, are answered as at first.
-- ARGV: challenge, battle, user, ticket, elo, matchMs, lapseMs.
-- Returns {'accepted', format, match}, {'gone'}, {'queued', placing} or {'busy', challenge}.
local id, battle, user, ticket, elo, matchMs, lapseMs = unpack(ARGV)
local challenge = read_challenge(id)
if challenge and challenge.closed == battle then
  local first, second = read(challenge.user), read(user)
  local is_match = first and second and first.battle == battle and second.battle == battle
  if is_match then return { 'accepted', challenge.format, match_of(battle, first, second) } end
  return { 'busy', whole_challenge(challenge) }
end
challenge = open_challenge(id)
if not challenge or challenge.user == user then return { 'gone' } end
if challenge.to ~= '' and (challenge.to ~= user or challenge.isMuted) then return { 'gone' } end
local queued = living(user)
if queued then return { 'queued', placing(queued) } end
close(challenge, battle)
if living(challenge.user) then return { 'busy', whole_challenge(challenge) } end
local function enter_as(one, draft, rating)
  local place = redis.call('HINCRBY', PLACES, 'tail', 1)
  local entered = enter(one, challenge.format, draft, rating, now, place, lapseMs)
  redis.call('HSET', TICKET .. one, 'challenge', id)
  return entered
end
local first, second = enter_as(challenge.user, challenge.ticket, challenge.elo), enter_as(user, ticket, elo)
pair(battle, challenge.format, first, second, matchMs)
return { 'accepted', challenge.format, match_of(battle, first, second) }
