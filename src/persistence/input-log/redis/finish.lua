-- Ends a battle: keeps the result, puts the battle into the outbox and takes its marks off its users.
-- KEYS: battle, living, outbox, then the marks of the users. ARGV: epoch, id, result.
-- Returns 'finished' or 'fenced'.
local epoch, state = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'state'))
if state == 'ended' then return 'finished' end
if epoch ~= ARGV[1] then return 'fenced' end
redis.call('HSET', KEYS[1], 'state', 'ended', 'result', ARGV[3])
redis.call('ZREM', KEYS[2], ARGV[2])
redis.call('ZADD', KEYS[3], clock(), ARGV[2])
for index = 4, #KEYS do
  if redis.call('GET', KEYS[index]) == ARGV[2] then redis.call('DEL', KEYS[index]) end
end
return 'finished'
