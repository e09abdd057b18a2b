/**
 * What is kept for a time only: connection events, and guests who never finished a battle. Removed by one process at a
 * time, in statements that are short. Times are the database's.
 */
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { UserId } from '../../battle/ids.ts';

/** Any number but that of `single-owner.ts`; the same in every process. */
const LOCK = 7_301_949;
const ROWS = 1_000;

const IS_OLD_EVENT = `at < now() - interval '30 days'`;
const REMOVE_EVENTS = `
delete from connection_events where id in (
  select id from connection_events where ${IS_OLD_EVENT} order by at limit ?
) returning id`;

const GUEST = '^guest-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
const OLD = `now() - interval '7 days'`;
// A guest's token is good for a day: who plays now under one of these has no business here. In Redis such a battle is not
// seen, and makes its user anew when it is recorded.
const IS_IDLE_GUEST = `
  u.id ~ '${GUEST}'
  and not exists (select from battle_players p where p.user_id = u.id)
  and not exists (select from live_player l where l.user_id = u.id)
  and not exists (select from teams t where t.owner_id = u.id and t.updated_at >= ${OLD})`;
const PAGE = `
select u.id, u.created_at::text as "createdAt", (${IS_IDLE_GUEST}) as "isIdle"
from (
  select id, created_at from users
  where created_at < ${OLD} and (created_at, id) > (?::timestamptz, ?) order by created_at, id limit ?
) u
order by u.created_at, u.id`;
// As recording a battle does: what comes after it sees all battles.
const LOCK_GUESTS = `
select id from users where id in (select json_array_elements_text(?::json)) order by id for update skip locked`;
const REMOVE_GUESTS = `
delete from users u where u.id in (select json_array_elements_text(?::json)) and ${IS_IDLE_GUEST} returning u.id`;

const COUNT = `
select (select count(*)::int from connection_events where ${IS_OLD_EVENT}) as "oldEvents",
  (select count(*)::int from users u where u.created_at < ${OLD} and ${IS_IDLE_GUEST}) as "oldGuests"`;

/** Connection events older than 30 days; guests without a battle older than 7 days, and no newer team. */
export type OldCounts = Readonly<Record<'oldEvents' | 'oldGuests', number>>;

export interface Retention {
  /** Removes what is too old, unless another process is at it, or with `isDryRun` only counts it. */
  cleanUp(isDryRun: boolean): Promise<OldCounts>;
}

export class OrmRetention implements Retention {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  async cleanUp(isDryRun: boolean): Promise<OldCounts> {
    if (isDryRun) return (await this.#ask<OldCounts>(COUNT, []))[0]!;
    // The lock goes with this transaction, which does nothing else: what is removed is removed piece by piece.
    return this.#orm.em.fork().transactional(async (em) => {
      const sql = 'select pg_try_advisory_xact_lock(?) as locked';
      const [lock] = await em.execute<{ locked: boolean }[]>(sql, [LOCK]);
      if (!lock!.locked) return { oldEvents: 0, oldGuests: 0 };
      return { oldEvents: await this.#removeEvents(), oldGuests: await this.#removeGuests() };
    });
  }

  async #removeEvents(): Promise<number> {
    for (let removed = 0; ;) {
      const { length } = await this.#ask(REMOVE_EVENTS, [ROWS]);
      removed += length;
      if (length < ROWS) return removed;
    }
  }

  async #removeGuests(): Promise<number> {
    let [removed, createdAt, last] = [0, '-infinity', ''];
    for (;;) {
      const page = await this.#ask<{ id: UserId; createdAt: string; isIdle: boolean }>(PAGE, [
        createdAt,
        last,
        ROWS,
      ]);
      const idle = page.filter(({ isIdle }) => isIdle).map(({ id }) => id);
      if (idle.length > 0) removed += await this.#orm.em.fork().transactional((em) => remove(em, idle));
      const end = page.at(-1);
      if (!end || page.length < ROWS) return removed;
      [createdAt, last] = [end.createdAt, end.id];
    }
  }

  #ask<Row extends object>(sql: string, values: unknown[]): Promise<Row[]> {
    return this.#orm.em.fork().execute<Row[]>(sql, values);
  }
}

async function remove(em: EntityManager, guests: readonly UserId[]): Promise<number> {
  const locked = await em.execute<{ id: UserId }[]>(LOCK_GUESTS, [JSON.stringify(guests)]);
  const ids = JSON.stringify(locked.map(({ id }) => id));
  return (await em.execute<object[]>(REMOVE_GUESTS, [ids])).length;
}
