-- Ends a match that has its battle. ARGV: battle, lastFoeMs.
local tickets = end_match(ARGV[1])
for _, ticket in ipairs(tickets) do drop(ticket) end
if #tickets < 2 then return end
local function remember(user, foe)
  redis.call('HSET', FOE .. user, 'foe', foe, 'untilAt', now + ARGV[2])
  redis.call('PEXPIRE', FOE .. user, ARGV[2])
end
remember(tickets[1].user, tickets[2].user)
remember(tickets[2].user, tickets[1].user)
