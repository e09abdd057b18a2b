-- ARGV: user. Returns the open challenges to this user, but for muted ones.
local received = {}
for index, challenge in ipairs(received_by(ARGV[1])) do received[index] = whole_challenge(challenge) end
return received
