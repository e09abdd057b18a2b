-- What the processes with a good lease say of themselves.
-- KEYS: as renew.lua
-- Returns JSON texts.
local alive = redis.call('ZRANGEBYSCORE', KEYS[1], clock(), '+inf')
if #alive == 0 then return {} end
return redis.call('HMGET', KEYS[2], unpack(alive))
