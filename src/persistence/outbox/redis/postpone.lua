-- Puts a battle back for later, or aside when it has failed by its own fault too often. The connection may send the call
-- again: `try` is its own mark, so that it counts once.
-- KEYS: outbox, aside, battle. ARGV: id, delayMs, its fault or '', tries at most, try. Returns 'later' or 'aside'.
local id, delayMs, fault, tries_max, try = unpack(ARGV)
if redis.call('HGET', KEYS[3], 'try') == try then
  return redis.call('ZSCORE', KEYS[2], id) and 'aside' or 'later'
end
-- Another drainer may have recorded it meanwhile.
if not redis.call('ZSCORE', KEYS[1], id) then return 'later' end
redis.call('HSET', KEYS[3], 'try', try)
if fault ~= '' then redis.call('HSET', KEYS[3], 'fault', fault) end
if fault ~= '' and redis.call('HINCRBY', KEYS[3], 'tries', 1) >= tonumber(tries_max) then
  redis.call('ZREM', KEYS[1], id)
  redis.call('ZADD', KEYS[2], clock(), id)
  return 'aside'
end
redis.call('ZADD', KEYS[1], clock() + delayMs, id)
return 'later'
