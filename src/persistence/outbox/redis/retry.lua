-- Gives a battle that was set aside another round of tries, from this moment on. May be called again.
-- KEYS: outbox, aside, battle. ARGV: id. Returns 1, or 0 for a battle that does not wait to be recorded.
if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return redis.call('ZSCORE', KEYS[1], ARGV[1]) and 1 or 0 end
redis.call('HDEL', KEYS[3], 'tries', 'try', 'fault')
redis.call('ZADD', KEYS[1], clock(), ARGV[1])
return 1
