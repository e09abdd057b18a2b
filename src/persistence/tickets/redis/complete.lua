-- Ends a match that has its battle. ARGV: battle, lastFoeMs.
local first, second = unpack(end_match(ARGV[1]))
if not first then return end
local function remember(ticket, foe)
  drop(ticket)
  redis.call('HSET', FOE .. ticket.user, 'foe', foe.user, 'untilAt', now + ARGV[2])
  redis.call('PEXPIRE', FOE .. ticket.user, ARGV[2])
end
remember(first, second)
remember(second, first)
