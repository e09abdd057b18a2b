-- Removes a listing of the caller's own.
-- KEYS: 1 hash of listings (Colyseus's)
-- ARGV: 1 room id, 2 epoch, 3 process id
-- Returns 1 when the row was the caller's.
local row = redis.call('HGET', KEYS[1], ARGV[1])
if not row or not isOwn(cjson.decode(row), ARGV[3], ARGV[2]) then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
