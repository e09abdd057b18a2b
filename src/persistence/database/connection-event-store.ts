/** Connection events through the ORM. */
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { BattleId, UserId } from '../../battle/ids.ts';
import { ConnectionEvent as EventEntity } from './entities/connection-event.ts';
import { isStorable, storable } from './storable.ts';
import type { ConnectionEvent, ConnectionEventStore } from './stores.ts';

// Nobody is deleted between this and the end of the transaction.
const LOCK_KNOWN = `
select id from users where id in (select json_array_elements_text(?::json)) for key share`;

export class OrmConnectionEventStore implements ConnectionEventStore {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  /** Who has been deleted meanwhile is not named. */
  async add(events: readonly ConnectionEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#orm.em.fork().transactional(async (em) => {
      const known = await knownUsers(em, events);
      const rows = events.map((event) => {
        const userId = storable(event.userId ?? '');
        return {
          ...event,
          at: new Date(event.at),
          battleId: storable(event.battleId) as BattleId,
          userId: known.has(userId) ? userId : null,
        };
      });
      await em.insertMany(EventEntity, rows);
    });
  }

  async ofBattle(battleId: BattleId, limit: number): Promise<readonly ConnectionEvent[]> {
    if (!isStorable(battleId)) return [];
    const orderBy = { at: 'desc', id: 'desc' } as const;
    const rows = await this.#orm.em.fork().find(EventEntity, { battleId }, { orderBy, limit });
    return rows.map(({ kind, at, processId, userId, side, afterMs, code }) => ({
      battleId,
      kind,
      at: at.getTime(),
      processId,
      userId: (userId ?? null) as UserId | null,
      side: side ?? null,
      afterMs: afterMs ?? null,
      code: code ?? null,
    }));
  }
}

async function knownUsers(
  em: EntityManager,
  events: readonly ConnectionEvent[],
): Promise<ReadonlySet<string>> {
  const named = events.flatMap(({ userId }) => (userId === null ? [] : storable(userId)));
  const rows = await em.execute<{ id: string }[]>(LOCK_KNOWN, [JSON.stringify([...new Set(named)])]);
  return new Set(rows.map(({ id }) => id));
}
