-- Forgets a battle that is recorded, but for a while not that it has ended.
-- KEYS: outbox, aside, battle, log. ARGV: id, milliseconds for which nobody may open it again.
local is_known = redis.call('ZREM', KEYS[1], ARGV[1]) + redis.call('ZREM', KEYS[2], ARGV[1]) > 0
if not is_known then return end
redis.call('DEL', KEYS[3], KEYS[4])
redis.call('HSET', KEYS[3], 'state', 'ended')
redis.call('PEXPIRE', KEYS[3], ARGV[2])
