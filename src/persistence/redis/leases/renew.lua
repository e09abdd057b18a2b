-- Renews a process's lease, and forgets the processes whose lease has been out for a minute.
-- KEYS: 1 zset of process ids by the time until which their lease is good, 2 hash of process ids to what they say of themselves
-- ARGV: 1 process id, 2 what it says (JSON), 3 lease in milliseconds
-- Returns the number of processes forgotten.
local now = clock()
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - 60000)
for _, id in ipairs(gone) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('HDEL', KEYS[2], id)
end
return #gone
