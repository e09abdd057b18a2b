/** Who has blocked whom, through the ORM. */
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { UserId } from '../../battle/ids.ts';
import { LIMITS } from '../../config/limits.ts';
import { Block } from './entities/block.ts';
import { isStorable } from './storable.ts';
import { UserGone, type BlockedUser, type BlockResult, type BlockStore, type Reach } from './stores.ts';

/** Any number but those of the other locks; the same in every process. */
const LOCK = 7_301_951;
// One at a time for each user, so that the bound is one.
const TAKE_TURNS = 'select pg_advisory_xact_lock(?, hashtext(?))';
// In the order in which whoever records a battle locks its users.
const LOCK_USERS = 'select id from users where id in (?, ?) order by id for key share';
const COUNT = 'select count(*)::int as others from blocks where user_id = ? and blocked_id <> ?';
const ADD = 'insert into blocks (user_id, blocked_id) values (?, ?) on conflict do nothing';
const REACH = `
select exists (select from users where id = ?) as "isKnown",
  exists (select from blocks where user_id = ? and blocked_id = ?) as "isBlocked"`;

export class OrmBlockStore implements BlockStore {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  async list(userId: UserId): Promise<readonly BlockedUser[]> {
    const options = { populate: ['blocked'], orderBy: { at: 'desc', blocked: 'asc' } } as const;
    const rows = await this.#orm.em.fork().find(Block, { user: userId }, options);
    return rows.map(({ blocked, at }) => ({
      id: blocked.id as UserId,
      name: blocked.name,
      blockedAt: at.getTime(),
    }));
  }

  async add(userId: UserId, blocked: UserId): Promise<BlockResult> {
    if (!isStorable(blocked)) return 'unknown';
    return this.#orm.em.fork().transactional((em) => add(em, userId, blocked));
  }

  async remove(userId: UserId, blocked: UserId): Promise<void> {
    if (isStorable(blocked)) await this.#orm.em.fork().nativeDelete(Block, { user: userId, blocked });
  }

  async reach(to: UserId, from: UserId): Promise<Reach> {
    if (!isStorable(to)) return 'unknown';
    const [row] = await this.#orm.em
      .fork()
      .execute<{ isKnown: boolean; isBlocked: boolean }[]>(REACH, [to, to, from]);
    if (!row!.isKnown) return 'unknown';
    return row!.isBlocked ? 'blocked' : 'open';
  }
}

async function add(em: EntityManager, userId: UserId, blocked: UserId): Promise<BlockResult> {
  await em.execute(TAKE_TURNS, [LOCK, userId]);
  const there = (await em.execute<{ id: UserId }[]>(LOCK_USERS, [userId, blocked])).map(({ id }) => id);
  if (!there.includes(userId)) throw new UserGone('Who blocks somebody must be there.');
  if (!there.includes(blocked)) return 'unknown';
  const [row] = await em.execute<{ others: number }[]>(COUNT, [userId, blocked]);
  if (row!.others >= LIMITS.blockedUsers) return 'full';
  await em.execute(ADD, [userId, blocked]);
  return 'blocked';
}
