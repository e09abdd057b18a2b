-- Takes two tickets from the queue into a match, or neither. The connection may send the call again: a match of these two
-- under this id is answered as at first. ARGV: battle, format, first user, second user, matchMs.
-- Returns {until, ticket, ticket}, or nothing.
local battle, format, first_user, second_user, matchMs = unpack(ARGV)
local known_format, known_first, known_second =
  unpack(redis.call('HMGET', MATCH .. battle, 'format', 'first', 'second'))
if known_format then
  local first, second = read(first_user), read(second_user)
  local is_this = known_format == format and known_first == first_user and known_second == second_user
  return is_this and first and second and match_of(battle, first, second)
end
local function pairable(user)
  local ticket = living(user)
  return ticket and not ticket.battle and ticket.format == format and ticket
end
local first, second = pairable(first_user), pairable(second_user)
if not first or not second or first_user == second_user then return false end
pair(battle, format, first, second, matchMs)
return match_of(battle, first, second)
