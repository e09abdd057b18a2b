-- Takes two tickets from the queue into a match, or neither. ARGV: battle, format, first user, second user, matchMs.
-- Returns {until, ticket, ticket}, or nothing.
local battle, format, first_user, second_user, matchMs = unpack(ARGV)
local function pairable(user)
  local ticket = living(user)
  return ticket and not ticket.battle and ticket.format == format and ticket
end
local first, second = pairable(first_user), pairable(second_user)
if not first or not second or first_user == second_user then return false end
if redis.call('EXISTS', MATCH .. battle) == 1 then return false end
for _, ticket in ipairs({ first, second }) do
  unqueue(ticket)
  redis.call('HSET', TICKET .. ticket.user, 'battle', battle)
end
redis.call('HSET', MATCH .. battle, 'format', format, 'first', first_user, 'second', second_user)
redis.call('ZADD', MATCHES, now + matchMs, battle)
return { string.format('%.0f', now + matchMs), whole(first), whole(second) }
