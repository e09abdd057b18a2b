/** Teams of users, through the ORM. */
import { randomUUID } from 'node:crypto';
import { ForeignKeyConstraintViolationException, type MikroORM } from '@mikro-orm/postgresql';
import type { FormatId, PackedTeam, UserId } from '../../battle/ids.ts';
import { Team } from './entities/team.ts';
import { storable } from './storable.ts';
import { UserGone, type StoredTeam, type TeamDraft, type TeamStore } from './stores.ts';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The owner's row must exist (`UserStore.see`). */
export class OrmTeamStore implements TeamStore {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  async create(owner: UserId, draft: TeamDraft): Promise<StoredTeam> {
    const at = new Date();
    const row = { id: randomUUID(), ...columns(draft), createdAt: at, updatedAt: at };
    try {
      await this.#orm.em.fork().insert(Team, { ...row, owner });
    } catch (error) {
      if (!(error instanceof ForeignKeyConstraintViolationException)) throw error;
      throw new UserGone('A team needs an owner.', { cause: error });
    }
    return stored(row);
  }

  /** Oldest first. */
  async list(owner: UserId): Promise<readonly StoredTeam[]> {
    const orderBy = { createdAt: 'asc', id: 'asc' } as const;
    const rows = await this.#orm.em.fork().find(Team, { owner }, { orderBy });
    return rows.map(stored);
  }

  async get(owner: UserId, id: string): Promise<StoredTeam | null> {
    if (!UUID.test(id)) return null;
    const row = await this.#orm.em.fork().findOne(Team, { id, owner });
    return row && stored(row);
  }

  async replace(owner: UserId, id: string, draft: TeamDraft): Promise<StoredTeam | null> {
    if (!UUID.test(id)) return null;
    const em = this.#orm.em.fork();
    const changed = await em.nativeUpdate(Team, { id, owner }, { ...columns(draft), updatedAt: new Date() });
    return changed === 0 ? null : this.get(owner, id);
  }

  async remove(owner: UserId, id: string): Promise<boolean> {
    if (!UUID.test(id)) return false;
    return (await this.#orm.em.fork().nativeDelete(Team, { id, owner })) > 0;
  }
}

function columns(draft: TeamDraft): { name: string; format: string; packed: string } {
  return {
    name: storable(draft.name),
    format: storable(draft.format),
    packed: storable(draft.packed),
  };
}

function stored(row: {
  id: string;
  name: string;
  format: string;
  packed: string;
  createdAt: Date;
  updatedAt: Date;
}): StoredTeam {
  return {
    id: row.id,
    name: row.name,
    format: row.format as FormatId,
    packed: row.packed as PackedTeam,
    createdAt: row.createdAt.getTime(),
    updatedAt: row.updatedAt.getTime(),
  };
}
