-- Keeps living tickets alive. ARGV: lapseMs, users.
for index = 2, #ARGV do
  local aliveUntil = redis.call('ZSCORE', ALIVE, ARGV[index])
  if aliveUntil and tonumber(aliveUntil) > now then renew(ARGV[index], ARGV[1]) end
end
