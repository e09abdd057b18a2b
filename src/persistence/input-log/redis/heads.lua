-- KEYS: battles. Returns for each {format, engine, epoch, owner, crashes, users}, or nothing where it does not live.
local heads = {}
for index, battle in ipairs(KEYS) do
  local head = redis.call('HMGET', battle, 'format', 'engine', 'epoch', 'owner', 'crashes', 'users', 'state')
  heads[index] = table.remove(head) == 'living' and head
end
return heads
