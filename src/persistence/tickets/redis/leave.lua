-- Takes a waiting ticket away. ARGV: user. Returns the ticket, or nothing.
local ticket = living(ARGV[1])
if not ticket or ticket.battle then return false end
drop(ticket)
return whole(ticket)
