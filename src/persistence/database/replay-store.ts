/** Replays: the lines of finished battles, who may watch them, and the search among those that everybody may watch. */
import { randomBytes } from 'node:crypto';
import { LockMode } from '@mikro-orm/core';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { BattleId, UserId } from '../../battle/ids.ts';
import { findSummaries } from './battle-store.ts';
import { BattlePlayer } from './entities/battle-player.ts';
import { Battle } from './entities/battle.ts';
import { isStorable } from './storable.ts';
import type { PlaceInList, Replay, ReplaySearch, ReplaySettings, ReplayStore, ReplayWish } from './stores.ts';

const KEY_BYTES = 24;

export class OrmReplayStore implements ReplayStore {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  async get(id: BattleId): Promise<Replay | null> {
    const [summary] = await findSummaries(this.#orm, [id]);
    if (!summary) return null;
    const row = await this.#orm.em.fork().findOne(Battle, { id }, { populate: ['lines'] });
    return row && { ...summary, lines: row.lines, replayKey: row.replayKey ?? null };
  }

  async search(search: ReplaySearch): ReturnType<ReplayStore['search']> {
    if (!isStorable(`${search.user ?? ''}${search.format ?? ''}`)) return { items: [], next: null };
    const { text, values } = statementOf(search);
    // One more than asked for tells whether there is another page.
    const rows = await this.#orm.em.fork().execute<{ id: BattleId; endedAt: Date }[]>(text, values);
    const page = rows.slice(0, search.limit);
    const items = await findSummaries(
      this.#orm,
      page.map(({ id }) => id),
    );
    return { items, next: rows.length > page.length ? cursorAt(page.at(-1)!) : null };
  }

  async wish(id: BattleId, user: UserId, wish: ReplayWish): Promise<ReplaySettings | null> {
    if (!isStorable(`${id}${user}`)) return null;
    return this.#orm.em.fork().transactional(async (em) => {
      // Locked first: of two players' wishes at once the second one sees the first one's.
      const battle = await em.findOne(Battle, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      const players = battle ? await em.find(BattlePlayer, { battle: id }) : [];
      const own = players.find((player) => player.user?.id === user);
      if (!battle || !own) return null;
      own.isPrivate = wish.isPrivate ?? own.isPrivate;
      own.isTeamPublished = wish.isTeamPublished ?? own.isTeamPublished;
      const isPrivate = players.some((player) => player.isPrivate);
      battle.replayKey = isPrivate ? (battle.replayKey ?? freshKey()) : null;
      return {
        isPrivate: own.isPrivate,
        isTeamPublished: own.isTeamPublished,
        replayKey: battle.replayKey,
      };
    });
  }
}

function freshKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

function cursorAt({ id, endedAt }: { readonly id: BattleId; readonly endedAt: Date }): PlaceInList {
  return { battleId: id, endedAt: new Date(endedAt).getTime() };
}

/** A walk backwards along one index: a user's, a format's, or that of all battles. Private ones are stepped over. */
export function statementOf({ user, format, before, after, cursor, limit }: ReplaySearch): {
  readonly text: string;
  readonly values: unknown[];
} {
  const [row, id] = user === undefined ? ['b', 'b.id'] : ['p', 'p.battle_id'];
  const at = `${row}.ended_at`;
  const conditions: readonly (readonly [string, readonly unknown[] | undefined])[] = [
    ['b.replay_key is null', []],
    ['p.user_id = ?', user === undefined ? undefined : [user]],
    [`${row}.format = ?`, format === undefined ? undefined : [format]],
    [`${at} < ?`, before === undefined ? undefined : [new Date(before)]],
    [`${at} >= ?`, after === undefined ? undefined : [new Date(after)]],
    [`(${at}, ${id}) < (?, ?)`, cursor && [new Date(cursor.endedAt), cursor.battleId]],
  ];
  const wanted = conditions.filter(([, values]) => values !== undefined);
  const from = user === undefined ? 'battles b' : 'battle_players p join battles b on b.id = p.battle_id';
  return {
    text: `select ${id} as id, ${at} as "endedAt" from ${from}
where ${wanted.map(([condition]) => condition).join(' and ')}
order by ${at} desc, ${id} desc limit ?`,
    values: [...wanted.flatMap(([, values]) => values ?? []), limit + 1],
  };
}
