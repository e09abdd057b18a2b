-- The living tickets of a queue by place. ARGV: format. Returns {now, {user, elo, joinedAt, place, lastFoe}…}.
local reply = { string.format('%.0f', now) }
for _, user in ipairs(redis.call('ZRANGE', QUEUE .. ARGV[1], 0, -1)) do
  if tonumber(redis.call('ZSCORE', ALIVE, user)) > now then
    local elo, joinedAt, place, lastFoe =
      unpack(redis.call('HMGET', TICKET .. user, 'elo', 'joinedAt', 'place', 'lastFoe'))
    reply[#reply + 1] = { user, elo, joinedAt, place, lastFoe }
  end
end
return reply
