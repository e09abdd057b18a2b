-- Begins every script of the clean-up. A family is {is it an orphan, how it is removed}. Both get an id; what is not there
-- any more, because its owner was faster, is no orphan.

-- The fields of a hash; none of a key that is something else.
local function fields(key, ...)
  local reply = redis.pcall('HMGET', key, ...)
  if reply.err then return end
  return unpack(reply)
end

local function is_there(key) return redis.call('EXISTS', key) == 1 end

local function keys_of(beginning, is_owned)
  return {
    function(id) return is_there(beginning .. id) and not is_owned(id) end,
    function(id) redis.call('DEL', beginning .. id) end,
  }
end

-- Of a sorted set.
local function members_of(key, is_owned)
  return {
    function(id) return redis.call('ZSCORE', key, id) and not is_owned(id) end,
    function(id) redis.call('ZREM', key, id) end,
  }
end

-- Of a hash.
local function fields_of(key, is_owned)
  return {
    function(id) return redis.call('HEXISTS', key, id) == 1 and not is_owned(id) end,
    function(id) redis.call('HDEL', key, id) end,
  }
end
