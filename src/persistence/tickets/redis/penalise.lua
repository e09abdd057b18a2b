-- ARGV: user, penaltyMs.
redis.call('SET', PENALTY .. ARGV[1], now + ARGV[2], 'PX', ARGV[2])
