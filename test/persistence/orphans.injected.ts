/** Orphans of every family, as lost writes, other hands and dead processes might leave them: each counts for one. */
import type { Redis } from 'ioredis';
import type { BattleId, UserId } from '../../src/battle/ids.ts';
import type { OrphanFamily } from '../../src/persistence/cleaner.ts';
import type { RedisKeys } from '../../src/persistence/redis/keys.ts';

type Inject = (id: string) => Promise<unknown>;
export type RemovedFamily = Exclude<OrphanFamily, 'unlisted' | 'unknown'>;

/** `living` is a battle that lives. Families have several ways to be wrong. */
export function injectors(
  redis: Redis,
  keys: RedisKeys,
  living: BattleId,
): Readonly<Record<RemovedFamily, readonly Inject[]>> {
  const [ticket, queue, match, penalty, foe, alive, formats, , matches] = keys.queue as string[];
  const [challenge, challenger, challenged, challenges] = keys.challenges as string[];
  const battle = (id: string): string => keys.battle(id as BattleId);
  const user = (id: string): string => keys.user(id as UserId);
  const whole = { draft: '{}', elo: 1, format: 'quiet', joinedAt: 1, place: 1 };
  const listing = { clients: 0, name: 'battle', processId: 'gone' };
  /** Where no drainer comes to it. */
  const later = 9e15;
  return {
    battles: [
      (id) => redis.hset(battle(id), 'tries', 1),
      (id) => redis.hset(battle(id), 'state', 'ended'),
      (id) => redis.hset(battle(id), 'state', 'living', 'epoch', 1),
      (id) => redis.set(battle(id), 'no hash'),
    ],
    logs: [
      (id) => redis.rpush(keys.log(id as BattleId), '1{}'),
      (id) => redis.set(keys.log(id as BattleId), 'no list'),
    ],
    userMarks: [
      (id) => redis.set(user(id), 'no-such-battle'),
      (id) => redis.set(user(id), living),
      (id) => redis.rpush(user(id), 'no string'),
    ],
    living: [(id) => redis.zadd(keys.living, 1, id)],
    outbox: [(id) => redis.zadd(keys.outbox, later, id)],
    aside: [(id) => redis.zadd(keys.aside, later, id)],
    tickets: [
      (id) => redis.hset(ticket! + id, 'draft', '{}'),
      (id) => redis.hset(ticket! + id, whole),
      (id) => redis.hset(ticket! + id, { ...whole, battle: 'no-such-match' }),
    ],
    matches: [(id) => redis.hset(match! + id, { format: 'quiet', first: 'quiet-1', second: 'quiet-2' })],
    penalties: [(id) => redis.set(penalty! + id, 1)],
    opponents: [(id) => redis.hset(foe! + id, 'foe', 'quiet-1')],
    alive: [(id) => redis.zadd(alive!, later, id)],
    waiting: [(id) => redis.zadd(`${queue}quiet`, 1, id), (id) => redis.zadd(`${queue}deserted`, 1, id)],
    openMatches: [(id) => redis.zadd(matches!, later, id)],
    formats: [(id) => redis.sadd(formats!, id)],
    challenges: [
      (id) => redis.hset(challenge! + id, 'user', 'quiet-1'),
      (id) => redis.set(challenge! + id, 'no hash'),
    ],
    challengers: [(id) => redis.set(challenger! + id, 'no-such-challenge')],
    challenged: [(id) => redis.zadd(challenged! + id, later, 'no-such-challenge')],
    openChallenges: [(id) => redis.zadd(challenges!, later, id)],
    leases: [(id) => redis.zadd(keys.leases, 1, id)],
    processes: [(id) => redis.hset(keys.processes, id, '{}')],
    listings: [
      (id) => redis.hset('roomcaches', id, JSON.stringify({ ...listing, roomId: id })),
      (id) => redis.hset('roomcaches', id, JSON.stringify({ ...listing, roomId: id, processId: 'leased' })),
      (id) => redis.hset('roomcaches', id, 'no JSON'),
    ],
    roomCounts: [(id) => redis.hset('roomcount', id, '3,14')],
  };
}
