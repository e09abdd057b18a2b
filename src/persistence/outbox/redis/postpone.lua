-- Puts a battle back for later, or aside when it has failed by its own fault too often.
-- KEYS: outbox, aside, battle. ARGV: id, delayMs, 1 if it is its own fault, tries at most. Returns 'later' or 'aside'.
-- Another drainer may have recorded it meanwhile.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'later' end
if ARGV[3] == '1' and redis.call('HINCRBY', KEYS[3], 'tries', 1) >= tonumber(ARGV[4]) then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('ZADD', KEYS[2], clock(), ARGV[1])
  return 'aside'
end
redis.call('ZADD', KEYS[1], clock() + ARGV[2], ARGV[1])
return 'later'
