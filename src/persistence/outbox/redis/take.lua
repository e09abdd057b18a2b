-- Hands out the battle that is due longest, to nobody else for a while.
-- KEYS: outbox. ARGV: holdMs, beginning of every battle's key, beginning of every log's key.
-- Returns {id, opening, result, entries}, or nothing.
local now = clock()
local id = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 1)[1]
if not id then return false end
redis.call('ZADD', KEYS[1], now + ARGV[1], id)
local opening, result = unpack(redis.call('HMGET', ARGV[2] .. id, 'opening', 'result'))
return { id, opening, result, redis.call('LRANGE', ARGV[3] .. id, 0, -1) }
