-- Keeps open challenges alive. ARGV: lapseMs, users who sent them.
for index = 2, #ARGV do
  local challenge = sent_by(ARGV[index])
  if challenge then renew_challenge(challenge, ARGV[1]) end
end
