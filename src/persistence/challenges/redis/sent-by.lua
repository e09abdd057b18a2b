-- ARGV: user. Returns the open challenge that this user has sent, or nothing.
local challenge = sent_by(ARGV[1])
return challenge and whole_challenge(challenge)
