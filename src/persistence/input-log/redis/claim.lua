-- Raises the epoch if it still is the one that was seen. The connection may send the call again: `claim` is its own
-- mark, by which it is answered again as at first. An owner of another name that is still there has died: of the
-- battle, as far as anybody can tell, if it has written nothing since its own claim.
-- KEYS: battle, log. ARGV: seen epoch, owner, engine, claim.
-- Returns {'missing'}, {'engine', engine}, {'lost'} or {'claimed', epoch, crashes, deaths, opening, entries}.
local state, engine, epoch, owner, crashes, deaths, replaying, opening, claim = unpack(redis.call('HMGET', KEYS[1],
  'state', 'engine', 'epoch', 'owner', 'crashes', 'deaths', 'replaying', 'opening', 'claim'))
if state ~= 'living' then return { 'missing' } end
if engine ~= ARGV[3] then return { 'engine', engine } end
if claim ~= ARGV[4] then
  if epoch ~= ARGV[1] then return { 'lost' } end
  epoch = epoch + 1
  if owner and owner ~= ARGV[2] then
    deaths = deaths + 1
    if replaying == '1' then crashes = crashes + 1 end
  end
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'owner', ARGV[2], 'crashes', crashes, 'deaths', deaths,
    'replaying', 1, 'claim', ARGV[4])
end
return { 'claimed', tonumber(epoch), tonumber(crashes), tonumber(deaths), opening, redis.call('LRANGE', KEYS[2], 0, -1) }
