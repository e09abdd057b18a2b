-- KEYS: as all scripts of challenges.
local TICKET, QUEUE, MATCH, PENALTY, FOE, ALIVE, FORMATS, _, MATCHES, CHALLENGE, CHALLENGER, CHALLENGED, LISTED = unpack(KEYS)

-- Format and battle of a ticket that is whole.
local function ticket(user)
  local draft, elo, joinedAt, place, format, battle =
    fields(TICKET .. user, 'draft', 'elo', 'joinedAt', 'place', 'format', 'battle')
  local is_whole = draft and elo and joinedAt and place and format and redis.call('ZSCORE', ALIVE, user)
  if is_whole then return format, battle end
end

local function is_paired(user, battle)
  local _, paired = ticket(user)
  return paired == battle
end

local function users_of(battle)
  local format, first, second = fields(MATCH .. battle, 'format', 'first', 'second')
  local is_whole = format and first and second and redis.call('ZSCORE', MATCHES, battle)
  if is_whole and is_paired(first, battle) and is_paired(second, battle) then return first, second end
end

local function is_waiting(user, queue)
  local format, battle = ticket(user)
  return format and not battle and QUEUE .. format == queue and redis.call('ZSCORE', queue, user)
end

local function is_ticket(user)
  local format, battle = ticket(user)
  if not battle then return format and is_waiting(user, QUEUE .. format) end
  local first, second = users_of(battle)
  return first == user or second == user
end

local function expires(beginning)
  return function(user) return redis.call('PTTL', beginning .. user) > 0 end
end

local function is_open(challenge)
  local user, ticket, elo, format, to, muted, expiresAt, closed =
    fields(CHALLENGE .. challenge, 'user', 'ticket', 'elo', 'format', 'to', 'muted', 'expiresAt', 'closed')
  return user and ticket and elo and format and to and muted and expiresAt and not closed
end

local FAMILIES = {
  tickets = keys_of(TICKET, is_ticket),
  matches = keys_of(MATCH, users_of),
  penalties = keys_of(PENALTY, expires(PENALTY)),
  opponents = keys_of(FOE, expires(FOE)),
  alive = members_of(ALIVE, is_ticket),
  openMatches = members_of(MATCHES, users_of),
  challenges = keys_of(CHALLENGE, expires(CHALLENGE)),
  challengers = keys_of(CHALLENGER, expires(CHALLENGER)),
  challenged = keys_of(CHALLENGED, expires(CHALLENGED)),
  openChallenges = members_of(LISTED, is_open),
  waiting = {
    function(user) return redis.call('ZSCORE', ARGV[3], user) and not is_waiting(user, ARGV[3]) end,
    function(user)
      redis.call('ZREM', ARGV[3], user)
      if not is_there(ARGV[3]) then redis.call('SREM', FORMATS, string.sub(ARGV[3], #QUEUE + 1)) end
    end,
  },
  formats = {
    function(format)
      return redis.call('SISMEMBER', FORMATS, format) == 1 and not is_there(QUEUE .. format)
    end,
    function(format) redis.call('SREM', FORMATS, format) end,
  },
}
