-- Ends the challenges past their time, and returns {challenge, 1 if it is its last time, else 0}…
local swept = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', LISTED, '-inf', now)) do
  local challenge = read_challenge(id)
  if challenge then
    close(challenge, 'swept')
    swept[#swept + 1] = { whole_challenge(challenge), tonumber(challenge.expiresAt) <= now and 1 or 0 }
  else
    redis.call('ZREM', LISTED, id)
  end
end
return swept
