-- Gives a lease back.
-- KEYS: as renew.lua
-- ARGV: 1 process id
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('HDEL', KEYS[2], ARGV[1])
