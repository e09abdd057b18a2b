-- KEYS: leases, processes, Colyseus's listings and counts of rooms, beginning of the keys of battles.
local LEASES, PROCESSES, LISTINGS, COUNTS, BATTLE = unpack(KEYS)
local FORGOTTEN_MS = 60000

local function is_known(process)
  local leased_until = redis.call('ZSCORE', LEASES, process)
  return leased_until and tonumber(leased_until) > clock() - FORGOTTEN_MS
end

-- A process that starts has no lease yet, one that was stopped has none any more: both listen.
local function is_gone(process)
  return not is_known(process) and redis.call('PUBSUB', 'NUMSUB', 'p:' .. process)[2] == 0
end

local function owner_of(room)
  local is_json, listing = pcall(cjson.decode, redis.call('HGET', LISTINGS, room) or '')
  if is_json and type(listing) == 'table' and type(listing.processId) == 'string' then
    return listing.processId, listing.name
  end
end

-- The room of an ended battle is closed long before the battle is forgotten. Asked only for processes that we know: the
-- listings of all who share this Redis are in one place.
local function is_over(room, name, process)
  return name == 'battle' and is_known(process) and not is_there(BATTLE .. room)
end

local FAMILIES = {
  leases = members_of(LEASES, is_known),
  processes = fields_of(PROCESSES, is_known),
  roomCounts = fields_of(COUNTS, function(process) return not is_gone(process) end),
  listings = {
    function(room)
      if redis.call('HEXISTS', LISTINGS, room) == 0 then return false end
      local process, name = owner_of(room)
      return not process or is_gone(process) or is_over(room, name, process)
    end,
    function(room)
      local process = owner_of(room)
      redis.call('HDEL', LISTINGS, room)
      -- Colyseus's own receipt: should that process have been cut off only, it lists its rooms again.
      if process then redis.call('SET', 'swept:' .. process, '1', 'EX', 600) end
    end,
  },
}
