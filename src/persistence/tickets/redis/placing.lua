-- ARGV: user. Returns the placing, or nothing.
local ticket = living(ARGV[1])
return ticket and placing(ticket)
