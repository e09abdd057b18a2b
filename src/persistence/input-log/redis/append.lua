-- Pushes an entry if the epoch is the caller's and the log as long as they think.
-- KEYS: battle, log. ARGV: epoch, length, 1 for a choice or forfeit, entry.
-- Returns the entry's time, also when it is there already; or 'fenced' or 'conflict'.
local epoch, state, lastAt = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'state', 'lastAt'))
if epoch ~= ARGV[1] or state ~= 'living' then return 'fenced' end
local length = redis.call('LLEN', KEYS[2])
if length == tonumber(ARGV[2]) then
  -- The clock may have been set back.
  local at = math.max(clock(), tonumber(lastAt))
  redis.call('RPUSH', KEYS[2], string.format('%.0f', at) .. ARGV[4])
  redis.call('HSET', KEYS[1], 'lastAt', at, 'replaying', 0)
  if ARGV[3] == '1' then redis.call('HSET', KEYS[1], 'crashes', 0, 'deaths', 0) end
  return at
end
if length == ARGV[2] + 1 then
  local at, entry = string.match(redis.call('LINDEX', KEYS[2], -1), '^(%d+)(.*)$')
  if entry == ARGV[4] then return tonumber(at) end
end
return 'conflict'
