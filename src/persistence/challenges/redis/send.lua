-- Opens a challenge, unless its sender has one or is queued. ARGV: challenge, user, ticket, elo, format, to or nothing,
-- 1 if muted, lifeMs, lapseMs, bound of those that wait for one user.
-- Returns {'sent', challenge}, {'already', id}, {'queued', placing} or {'full'}.
local id, user, ticket, elo, format, to, muted, lifeMs, lapseMs, bound = unpack(ARGV)
local old = sent_by(user)
if old and old.id == id then return { 'sent', whole_challenge(old) } end
if old then return { 'already', old.id } end
local queued = living(user)
if queued then return { 'queued', placing(queued) } end
if to ~= '' and #received_by(to) >= tonumber(bound) then return { 'full' } end
redis.call('HSET', CHALLENGE .. id, 'user', user, 'ticket', ticket, 'elo', elo, 'format', format, 'to', to,
  'muted', muted, 'expiresAt', string.format('%.0f', now + lifeMs))
redis.call('PEXPIRE', CHALLENGE .. id, lifeMs + REMEMBERED_MS)
redis.call('SET', CHALLENGER .. user, id, 'PX', lifeMs)
if to ~= '' and muted ~= '1' then
  redis.call('ZREMRANGEBYSCORE', CHALLENGED .. to, '-inf', now)
  redis.call('ZADD', CHALLENGED .. to, now + lifeMs, id)
  redis.call('PEXPIRE', CHALLENGED .. to, lifeMs)
end
local challenge = read_challenge(id)
renew_challenge(challenge, lapseMs)
return { 'sent', whole_challenge(challenge) }
