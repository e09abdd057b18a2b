-- Ends every script of the clean-up, each of which has `FAMILIES` by name.
-- ARGV: family, 1 to remove, the key that the ids are members of or nothing, ids.
-- Returns the ids that are orphaned.
local is_orphan, remove = unpack(FAMILIES[ARGV[1]])
local orphans = {}
for index = 4, #ARGV do
  local id = ARGV[index]
  if is_orphan(id) then
    if ARGV[2] == '1' then remove(id) end
    orphans[#orphans + 1] = id
  end
end
return orphans
