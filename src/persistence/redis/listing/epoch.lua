-- The epoch of a listing; 0 where it has none.
local function epochOf(listing)
  local metadata = listing.metadata
  return type(metadata) == 'table' and tonumber(metadata.epoch) or 0
end

local function isOwn(listing, processId, epoch)
  return listing.processId == processId and epochOf(listing) == tonumber(epoch)
end
