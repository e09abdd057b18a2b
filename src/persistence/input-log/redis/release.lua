-- Gives a battle back. KEYS: battle. ARGV: epoch. Returns 'released' or 'fenced'.
local epoch, state = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'state'))
if epoch ~= ARGV[1] or state ~= 'living' then return 'fenced' end
redis.call('HDEL', KEYS[1], 'owner')
return 'released'
