-- A ticket at the end of its queue. ARGV: user, format, draft, elo, 1 to take over, bound of the queue, lapseMs.
-- Returns {'joined', placing}, {'already', placing}, {'penalty', ms} or {'full'}.
local user, format, draft, elo, take_over, bound, lapseMs = unpack(ARGV)
local old = living(user)
if old then
  if take_over ~= '1' then return { 'already', placing(old) } end
  if old.battle or old.format == format then
    if not old.battle then redis.call('HSET', TICKET .. user, 'draft', draft, 'elo', elo) end
    renew(user, lapseMs)
    return { 'joined', placing(old) }
  end
end
local penalty = (tonumber(redis.call('GET', PENALTY .. user) or 0)) - now
if penalty > 0 then return { 'penalty', penalty } end
if redis.call('ZCARD', QUEUE .. format) >= tonumber(bound) then return { 'full' } end
if old then drop(old) end
-- A clock set back must not put a later place earlier in time.
local last = redis.call('ZRANGE', QUEUE .. format, -1, -1)[1]
local joinedAt = math.max(now, last and tonumber(redis.call('HGET', TICKET .. last, 'joinedAt')) or now)
local place = redis.call('HINCRBY', PLACES, 'tail', 1)
return { 'joined', placing(enter(user, format, draft, elo, joinedAt, place, lapseMs)) }
