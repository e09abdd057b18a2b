-- Hands out the battle that is due longest, or the one that is wanted if it is due, to nobody else for a while. The
-- connection may send the call again: `take` is its own mark, by which it is answered again as at first.
-- KEYS: outbox. ARGV: holdMs, take, beginning of every battle's key, beginning of every log's key, id or ''.
-- Returns {id, opening, result, entries}, or nothing.
local holdMs, take, battles, logs, wanted = unpack(ARGV)
local now = clock()
local function taken()
  if wanted ~= '' then return redis.call('HGET', battles .. wanted, 'take') == take and wanted end
  -- Those handed out lately and not yet recorded: as many as are in hand.
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], now + holdMs / 2, '+inf')) do
    if redis.call('HGET', battles .. id, 'take') == take then return id end
  end
end
local id = taken()
if not id then
  if wanted == '' then
    id = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 1)[1]
  else
    local dueAt = redis.call('ZSCORE', KEYS[1], wanted)
    id = dueAt and tonumber(dueAt) <= now and wanted
  end
  if not id then return false end
  redis.call('ZADD', KEYS[1], now + holdMs, id)
  redis.call('HSET', battles .. id, 'take', take)
end
local opening, result = unpack(redis.call('HMGET', battles .. id, 'opening', 'result'))
return { id, opening, result, redis.call('LRANGE', logs .. id, 0, -1) }
