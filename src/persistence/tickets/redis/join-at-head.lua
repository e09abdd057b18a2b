-- A ticket at the head of its queue, unless there is one. ARGV: user, format, draft, elo, lapseMs. Returns the placing.
local user, format, draft, elo, lapseMs = unpack(ARGV)
local old = living(user)
if old then return placing(old) end
local first = redis.call('ZRANGE', QUEUE .. format, 0, 0)[1]
local joinedAt = math.min(now, first and tonumber(redis.call('HGET', TICKET .. first, 'joinedAt')) or now)
local place = redis.call('HINCRBY', PLACES, 'head', -1)
return placing(enter(user, format, draft, elo, joinedAt, place, lapseMs))
