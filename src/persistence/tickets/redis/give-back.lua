-- Ends a match without a battle: the living tickets of the named users wait again. ARGV: battle, users.
local named = {}
for index = 2, #ARGV do named[ARGV[index]] = true end
for _, ticket in ipairs(end_match(ARGV[1])) do
  if named[ticket.user] then queue_again(ticket) else drop(ticket) end
end
