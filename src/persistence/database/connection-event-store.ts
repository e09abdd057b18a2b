/** Connection events through the ORM. */
import type { MikroORM } from '@mikro-orm/postgresql';
import type { BattleId, UserId } from '../../battle/ids.ts';
import { ConnectionEvent as EventEntity } from './entities/connection-event.ts';
import { isStorable, storable } from './storable.ts';
import type { ConnectionEvent, ConnectionEventStore } from './stores.ts';

export class OrmConnectionEventStore implements ConnectionEventStore {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  async add(events: readonly ConnectionEvent[]): Promise<void> {
    if (events.length === 0) return;
    const rows = events.map((event) => ({
      ...event,
      at: new Date(event.at),
      battleId: storable(event.battleId) as BattleId,
      userId: event.userId === null ? null : storable(event.userId),
    }));
    await this.#orm.em.fork().insertMany(EventEntity, rows);
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
