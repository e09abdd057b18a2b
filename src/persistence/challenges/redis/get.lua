-- ARGV: challenge. Returns it if it is open.
local challenge = open_challenge(ARGV[1])
return challenge and whole_challenge(challenge)
