-- Matches past their time, which moves on. ARGV: matchMs. Returns {battle, format, until, ticket, ticket}…
local overdue = {}
for _, battle in ipairs(redis.call('ZRANGEBYSCORE', MATCHES, '-inf', now)) do
  local format, first, second = unpack(redis.call('HMGET', MATCH .. battle, 'format', 'first', 'second'))
  redis.call('ZADD', MATCHES, now + ARGV[1], battle)
  overdue[#overdue + 1] =
    { battle, format, string.format('%.0f', now + ARGV[1]), whole(read(first)), whole(read(second)) }
end
return overdue
