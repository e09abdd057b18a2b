-- KEYS: living, serial, outbox, aside, beginnings of the keys of battles, of logs and of the marks of users.
local LIVING, SERIAL, OUTBOX, ASIDE, BATTLE, LOG, USER = unpack(KEYS)

-- 'living' or 'ended' for a battle that is whole, 'over' for one that is recorded.
local function state_of(id)
  local state, opening, result = fields(BATTLE .. id, 'state', 'opening', 'result')
  if state == 'living' and opening then return state end
  if state == 'ended' and opening and result then return state end
  if state == 'ended' and not opening and redis.call('PTTL', BATTLE .. id) > 0 then return 'over' end
end

local function is_listed(id)
  if state_of(id) == 'living' then return redis.call('ZSCORE', LIVING, id) end
  return redis.call('ZSCORE', OUTBOX, id) or redis.call('ZSCORE', ASIDE, id)
end

local function is_whole(id)
  local state = state_of(id)
  return state == 'living' or state == 'ended'
end

local function is_marked(user)
  local holder = redis.pcall('GET', USER .. user)
  if type(holder) ~= 'string' or state_of(holder) ~= 'living' then return false end
  for _, seat in ipairs(cjson.decode(fields(BATTLE .. holder, 'users') or '[]')) do
    if seat.userId == user then return true end
  end
  return false
end

local FAMILIES = {
  battles = keys_of(BATTLE, state_of),
  logs = keys_of(LOG, is_whole),
  userMarks = keys_of(USER, is_marked),
  living = members_of(LIVING, function(id) return state_of(id) == 'living' end),
  outbox = members_of(OUTBOX, function(id) return state_of(id) == 'ended' end),
  aside = members_of(ASIDE, function(id) return state_of(id) == 'ended' end),
  unlisted = {
    function(id) return is_whole(id) and not is_listed(id) end,
    function(id)
      if state_of(id) == 'living' then redis.call('ZADD', LIVING, redis.call('INCR', SERIAL), id)
      else redis.call('ZADD', OUTBOX, clock(), id) end
    end,
  },
}
