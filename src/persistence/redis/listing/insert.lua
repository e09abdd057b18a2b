-- Lists a room, unless the row that is there has the same or a higher epoch. The caller's own row is listed: the
-- connection may send the call again.
-- KEYS: 1 hash of listings (Colyseus's)
-- ARGV: 1 room id, 2 listing (JSON), 3 epoch
-- Returns 1 when it is listed.
local row = redis.call('HGET', KEYS[1], ARGV[1])
if row then
  local listed = cjson.decode(row)
  if isOwn(listed, cjson.decode(ARGV[2]).processId, ARGV[3]) then return 1 end
  if epochOf(listed) >= tonumber(ARGV[3]) then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
