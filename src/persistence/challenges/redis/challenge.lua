-- What every script of challenges begins with, after the queue's own beginning. A challenge is a hash of `user`, `ticket`,
-- `elo`, `format`, `to` (empty: whoever has the id), `muted`, `expiresAt`, and, once it is over, `closed`: the call that
-- ended it, which the connection may send again.
local CHALLENGE, CHALLENGER, CHALLENGED, LISTED = unpack(KEYS, 10)
local REMEMBERED_MS = 60000

-- Also one that is over.
local function read_challenge(id)
  local user, ticket, elo, format, to, muted, expiresAt, closed = unpack(redis.call('HMGET', CHALLENGE .. id,
    'user', 'ticket', 'elo', 'format', 'to', 'muted', 'expiresAt', 'closed'))
  if not expiresAt then return nil end
  return {
    id = id, user = user, ticket = ticket, elo = elo, format = format, to = to, isMuted = muted == '1',
    expiresAt = expiresAt, closed = closed,
  }
end

-- One past its time is the sweep's to end.
local function open_challenge(id)
  local challenge = id and read_challenge(id)
  if not challenge or challenge.closed then return nil end
  local aliveUntil = redis.call('ZSCORE', LISTED, id)
  return aliveUntil and tonumber(aliveUntil) > now and challenge or nil
end

local function sent_by(user) return open_challenge(redis.call('GET', CHALLENGER .. user)) end

local function received_by(user)
  local received = {}
  for _, id in ipairs(redis.call('ZRANGE', CHALLENGED .. user, 0, -1)) do
    received[#received + 1] = open_challenge(id)
  end
  return received
end

local function renew_challenge(challenge, lapseMs)
  redis.call('ZADD', LISTED, math.min(now + lapseMs, challenge.expiresAt), challenge.id)
end

local function close(challenge, call)
  redis.call('ZREM', LISTED, challenge.id)
  redis.call('ZREM', CHALLENGED .. challenge.to, challenge.id)
  if redis.call('GET', CHALLENGER .. challenge.user) == challenge.id then
    redis.call('DEL', CHALLENGER .. challenge.user)
  end
  redis.call('HSET', CHALLENGE .. challenge.id, 'closed', call)
  redis.call('PEXPIRE', CHALLENGE .. challenge.id, REMEMBERED_MS)
end

-- {id, ticket, to, muted, expiresAt}
local function whole_challenge(challenge)
  return { challenge.id, challenge.ticket, challenge.to, challenge.isMuted and 1 or 0, challenge.expiresAt }
end
