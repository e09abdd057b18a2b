-- Matches past their time, which moves on. The connection may send the call again: `sweep` is its own mark, by which it is
-- answered again as at first. One without its tickets is over: whoever is left of it waits again.
-- ARGV: matchMs, sweep. Returns {battle, format, until, ticket, ticket}…
local matchMs, sweep = unpack(ARGV)
local function due(battle)
  local marked = redis.call('HGET', MATCH .. battle, 'sweep') == sweep
  return marked or tonumber(redis.call('ZSCORE', MATCHES, battle)) <= now
end
local overdue = {}
-- All of them: there are only as many as are being opened just then.
for _, battle in ipairs(redis.call('ZRANGE', MATCHES, 0, -1)) do
  if due(battle) then
    local format, first, second = unpack(redis.call('HMGET', MATCH .. battle, 'format', 'first', 'second'))
    first, second = first and read(first), second and read(second)
    if first and second then
      local untilAt = now + matchMs
      redis.call('HSET', MATCH .. battle, 'sweep', sweep)
      redis.call('ZADD', MATCHES, untilAt, battle)
      overdue[#overdue + 1] = { battle, format, string.format('%.0f', untilAt), whole(first), whole(second) }
    else
      for _, ticket in ipairs(end_match(battle)) do queue_again(ticket) end
    end
  end
end
return overdue
