-- What every script of the queue begins with. KEYS are the same for all: see `queue` in keys.ts. A ticket is a hash of
-- `draft`, `elo`, `format`, `joinedAt`, `place`, perhaps `lastFoe`, and, while it is in a match, `battle`, and `challenge`
-- where that is one.
local TICKET, QUEUE, MATCH, PENALTY, FOE, ALIVE, FORMATS, PLACES, MATCHES = unpack(KEYS)
local now = clock()

local function read(user)
  local draft, format, joinedAt, place, lastFoe, battle, challenge = unpack(redis.call('HMGET', TICKET .. user,
    'draft', 'format', 'joinedAt', 'place', 'lastFoe', 'battle', 'challenge'))
  if not draft then return nil end
  local aliveUntil = tonumber(redis.call('ZSCORE', ALIVE, user)) or 0
  return {
    user = user, draft = draft, format = format, joinedAt = joinedAt, place = place, lastFoe = lastFoe,
    battle = battle, challenge = challenge, aliveUntil = aliveUntil, isAlive = aliveUntil > now,
  }
end

local function renew(user, lapseMs) redis.call('ZADD', ALIVE, now + lapseMs, user) end

local function queue(ticket)
  redis.call('HDEL', TICKET .. ticket.user, 'battle')
  redis.call('ZADD', QUEUE .. ticket.format, ticket.place, ticket.user)
  redis.call('SADD', FORMATS, ticket.format)
end

local function unqueue(ticket)
  redis.call('ZREM', QUEUE .. ticket.format, ticket.user)
  if redis.call('EXISTS', QUEUE .. ticket.format) == 0 then redis.call('SREM', FORMATS, ticket.format) end
end

local function drop(ticket)
  unqueue(ticket)
  redis.call('DEL', TICKET .. ticket.user)
  redis.call('ZREM', ALIVE, ticket.user)
end

-- The user's ticket; one that lapsed while waiting is dropped on the way, one in a match is its match's to drop.
local function living(user)
  local ticket = read(user)
  if not ticket or ticket.battle or ticket.isAlive then return ticket end
  drop(ticket)
  return nil
end

local function enter(user, format, draft, elo, joinedAt, place, lapseMs)
  redis.call('HSET', TICKET .. user, 'draft', draft, 'elo', elo, 'format', format, 'joinedAt', joinedAt,
    'place', place)
  local foe, untilAt = unpack(redis.call('HMGET', FOE .. user, 'foe', 'untilAt'))
  if foe and tonumber(untilAt) > now then redis.call('HSET', TICKET .. user, 'lastFoe', foe) end
  renew(user, lapseMs)
  local ticket = read(user)
  queue(ticket)
  return ticket
end

-- {format, position, joinedAt}
local function placing(ticket)
  local position = 0
  if not ticket.battle then position = redis.call('ZRANK', QUEUE .. ticket.format, ticket.user) + 1 end
  return { ticket.format, position, ticket.joinedAt }
end

-- {draft, joinedAt, place, aliveUntil, lastFoe}
local function whole(ticket)
  return { ticket.draft, ticket.joinedAt, ticket.place, string.format('%.0f', ticket.aliveUntil), ticket.lastFoe }
end

-- Takes two tickets into a match.
local function pair(battle, format, first, second, matchMs)
  for _, ticket in ipairs({ first, second }) do
    unqueue(ticket)
    redis.call('HSET', TICKET .. ticket.user, 'battle', battle)
  end
  redis.call('HSET', MATCH .. battle, 'format', format, 'first', first.user, 'second', second.user)
  redis.call('ZADD', MATCHES, now + matchMs, battle)
end

-- {until, ticket, ticket}
local function match_of(battle, first, second)
  return { string.format('%.0f', redis.call('ZSCORE', MATCHES, battle)), whole(first), whole(second) }
end

-- The tickets of a match, which is over then; nothing for an unknown one.
local function end_match(battle)
  local tickets = {}
  for _, user in ipairs(redis.call('HMGET', MATCH .. battle, 'first', 'second')) do
    if user then tickets[#tickets + 1] = read(user) end
  end
  redis.call('DEL', MATCH .. battle)
  redis.call('ZREM', MATCHES, battle)
  return tickets
end

-- A ticket whose match came to nothing. One of a challenge has never been in the queue.
local function queue_again(ticket)
  if ticket.isAlive and not ticket.challenge then queue(ticket) else drop(ticket) end
end
