-- Writes a battle, nobody's yet, and marks its users; or nothing, when one of them sits in another living battle.
-- KEYS: battle, living, serial, then the marks of the users.
-- ARGV: id, format, engine, users, opening, beginning of every battle's key.
-- Returns, for each mark in the way, its number and the battle that holds it: empty when the battle is open.
if redis.call('EXISTS', KEYS[1]) == 1 then return {} end
local held = {}
for index = 4, #KEYS do
  local holder = redis.call('GET', KEYS[index])
  -- The mark of a battle that does not live holds nobody.
  if holder and redis.call('HGET', ARGV[6] .. holder, 'state') == 'living' then
    held[#held + 1] = { index - 4, holder }
  end
end
if #held > 0 then return held end
redis.call('HSET', KEYS[1], 'state', 'living', 'format', ARGV[2], 'engine', ARGV[3], 'users', ARGV[4],
  'opening', ARGV[5], 'epoch', 0, 'crashes', 0, 'deaths', 0, 'lastAt', 0)
redis.call('ZADD', KEYS[2], redis.call('INCR', KEYS[3]), ARGV[1])
for index = 4, #KEYS do redis.call('SET', KEYS[index], ARGV[1]) end
return held
