-- Removes the waiting tickets that have lapsed, and returns them.
local lapsed = {}
for _, user in ipairs(redis.call('ZRANGEBYSCORE', ALIVE, '-inf', now)) do
  local ticket = read(user)
  if ticket and not ticket.battle then
    drop(ticket)
    lapsed[#lapsed + 1] = whole(ticket)
  end
end
return lapsed
