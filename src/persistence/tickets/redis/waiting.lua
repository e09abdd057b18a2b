-- The living tickets of a queue by place. ARGV: format. Returns {now, {user, elo, joinedAt, place, lastFoe}…}.
local reply = { string.format('%.0f', now) }
for _, user in ipairs(redis.call('ZRANGE', QUEUE .. ARGV[1], 0, -1)) do
  local elo, joinedAt, place, lastFoe =
    unpack(redis.call('HMGET', TICKET .. user, 'elo', 'joinedAt', 'place', 'lastFoe'))
  local aliveUntil = tonumber(redis.call('ZSCORE', ALIVE, user))
  if elo and aliveUntil and aliveUntil > now then
    reply[#reply + 1] = { user, elo, joinedAt, place, lastFoe }
  end
end
return reply
