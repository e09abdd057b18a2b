-- Lists a room, unless the row that is there has the same or a higher epoch.
-- KEYS: 1 hash of listings (Colyseus's)
-- ARGV: 1 room id, 2 listing (JSON), 3 epoch
-- Returns 1 when it is listed.
local row = redis.call('HGET', KEYS[1], ARGV[1])
if row and epochOf(cjson.decode(row)) >= tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
