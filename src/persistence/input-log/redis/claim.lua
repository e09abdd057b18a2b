-- Raises the epoch if it still is the one that was seen. The connection may send the call again: `claim` is its own
-- mark, by which it is answered again as at first.
-- KEYS: battle, log. ARGV: seen epoch, owner, engine, claim.
-- Returns {'missing'}, {'engine', engine}, {'lost'} or {'claimed', epoch, crashes, opening, entries}.
local state, engine, epoch, owner, crashes, opening, claim =
  unpack(redis.call('HMGET', KEYS[1], 'state', 'engine', 'epoch', 'owner', 'crashes', 'opening', 'claim'))
if state ~= 'living' then return { 'missing' } end
if engine ~= ARGV[3] then return { 'engine', engine } end
if claim ~= ARGV[4] then
  if epoch ~= ARGV[1] then return { 'lost' } end
  epoch = epoch + 1
  if owner then crashes = crashes + 1 end
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'owner', ARGV[2], 'crashes', crashes, 'claim', ARGV[4])
end
return { 'claimed', tonumber(epoch), tonumber(crashes), opening, redis.call('LRANGE', KEYS[2], 0, -1) }
