/** Users, through the ORM and a memory of those seen lately. */
import type { MikroORM } from '@mikro-orm/postgresql';
import type { BattleId, FormatId, UserId } from '../../battle/ids.ts';
import { Achievement as AchievementEntity } from './entities/achievement.ts';
import { BattlePlayer } from './entities/battle-player.ts';
import { User as UserEntity } from './entities/user.ts';
import { eraseUser } from './erasure.ts';
import { isStorable, storable } from './storable.ts';
import type { Profile, User, UserStore } from './stores.ts';

/** Users whose row this process knows to be there under this name: one entry is about 200 bytes. */
const SEEN_MAX = 10_000;

export class OrmUserStore implements UserStore {
  readonly #orm: MikroORM;
  /** Least recently seen first. */
  readonly #seen = new Map<UserId, User>();

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  async see(id: UserId, rawName: string): Promise<User> {
    const name = storable(rawName);
    const known = this.#seen.get(id);
    if (known?.name === name) return this.#remember(known);
    const [row] = await this.#orm.em.fork().execute<{ createdAt: number }[]>(
      `insert into users (id, name) values (?, ?) on conflict (id) do update set name = excluded.name
         returning (extract(epoch from created_at) * 1000)::float8 as "createdAt"`,
      [id, name],
    );
    if (!row) throw new Error('An upsert returned no row.');
    return this.#remember({ id, name, createdAt: row.createdAt });
  }

  async find(id: UserId): Promise<User | null> {
    if (!isStorable(id)) return null;
    const found = await this.#orm.em.fork().findOne(UserEntity, { id });
    return found && { id, name: found.name, createdAt: found.createdAt.getTime() };
  }

  async profile(id: UserId): Promise<Profile | null> {
    const user = await this.find(id);
    if (!user) return null;
    const em = this.#orm.em.fork();
    const [rows, battles] = await Promise.all([
      em.find(AchievementEntity, { user: id }, { orderBy: { at: 'asc', kind: 'asc' } }),
      em.fork().count(BattlePlayer, { user: id }),
    ]);
    const achievements = rows.map(({ kind, format, battleId, at }) => ({
      kind,
      format: format as FormatId,
      battleId: battleId as BattleId,
      at: at.getTime(),
    }));
    return { user, achievements, battles };
  }

  async erase(id: UserId): Promise<void> {
    if (isStorable(id)) await eraseUser(this.#orm, id);
    this.forget(id);
  }

  forget(id: UserId): void {
    this.#seen.delete(id);
  }

  #remember(user: User): User {
    this.#seen.delete(user.id);
    this.#seen.set(user.id, user);
    if (this.#seen.size > SEEN_MAX) {
      const [oldest] = this.#seen.keys();
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
    return user;
  }
}
