-- Ends an open challenge. The connection may send the call again: `call` is its own mark, by which it is answered as at
-- first. ARGV: challenge, call. Returns the challenge, or nothing.
local id, call = unpack(ARGV)
local known = read_challenge(id)
if known and known.closed == call then return whole_challenge(known) end
local challenge = open_challenge(id)
if not challenge then return false end
close(challenge, call)
return whole_challenge(challenge)
