/** Finished battles, read through the ORM. */
import type { MikroORM } from '@mikro-orm/postgresql';
import type { BattleId, FormatId, PackedTeam, SideId, UserId } from '../../battle/ids.ts';
import { LIMITS } from '../../config/limits.ts';
import { BattlePlayer as PlayerEntity } from './entities/battle-player.ts';
import { Battle } from './entities/battle.ts';
import { isStorable } from './storable.ts';
import type {
  BattleFilter,
  PlaceInList,
  BattlePlayer,
  BattleStore,
  BattleSummary,
  FinishedBattle,
  Standing,
} from './stores.ts';

// Places are compared as a pair, so that the index leads to the first row at once.
const OLDER = `
select battle_id as id from battle_players
where user_id = ? and (ended_at, battle_id) < (?, ?)
order by ended_at desc, battle_id desc limit ?`;
const OLDER_OF_FORMAT = `
select battle_id as id from battle_players
where user_id = ? and (ended_at, battle_id) < (?, ?) and format = ?
order by ended_at desc, battle_id desc limit ?`;

/** As far as pages reach: counting is a walk over all that is counted. */
const COUNTED_MAX = LIMITS.listOffset + LIMITS.listRows;

/** PostgreSQL's bigint comes as text. */
type SummaryRow = Omit<BattleSummary, 'ratedSeq'> & { readonly ratedSeq: string | null };

const summariesOf = (count: number): string => `
select b.id as "battleId", b.format, b.winner, b.reason, b.turns, b.rated, b.rated_seq as "ratedSeq",
  (extract(epoch from b.started_at) * 1000)::float8 as "startedAt",
  (extract(epoch from b.ended_at) * 1000)::float8 as "endedAt",
  (select json_agg(json_build_object('side', p.side, 'userId', p.user_id, 'name', p.name, 'elo', p.elo,
      'before', p.before, 'after', p.after) order by p.side)
    from battle_players p where p.battle_id = b.id) as players
from battles b where b.id in (${Array(count).fill('?').join(', ')})`;

/** Reads only: battles are recorded by the input log's `finish`. */
export class OrmBattleStore implements BattleStore {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  async summary(id: BattleId): Promise<BattleSummary | null> {
    const [found] = await this.#summaries([id]);
    return found ?? null;
  }

  async get(id: BattleId): Promise<FinishedBattle | null> {
    if (!isStorable(id)) return null;
    const populate = ['players', 'inputs', 'lines', 'players.team'] as const;
    const row = await this.#orm.em.fork().findOne(Battle, { id }, { populate });
    if (!row) return null;
    const teams = row.players.getItems().map((player) => [player.side, player.team as PackedTeam] as const);
    return {
      ...summaryOf(row, row.players.getItems().map(playerOf)),
      engine: row.engine,
      seed: row.seed,
      teams: Object.fromEntries(teams) as Record<SideId, PackedTeam>,
      inputs: row.inputs,
      lines: row.lines,
      replayKey: row.replayKey ?? null,
      publishedTeams: row.players
        .getItems()
        .flatMap((player) => (player.isTeamPublished ? [player.side] : [])),
    };
  }

  async list(filter: BattleFilter): Promise<{ items: readonly BattleSummary[]; total: number }> {
    if (!isStorable(`${filter.user ?? ''}${filter.format ?? ''}`)) return { items: [], total: 0 };
    const [ids, total] = await Promise.all([
      filter.user !== undefined ? this.#idsOf(filter.user, filter) : this.#ids(filter),
      this.#count(filter),
    ]);
    return { items: await this.#summaries(ids), total };
  }

  async older(
    { endedAt, battleId }: PlaceInList,
    { user, format, limit }: Parameters<BattleStore['older']>[1],
  ): Promise<readonly BattleSummary[]> {
    if (!isStorable(`${user}${format ?? ''}${battleId}`)) return [];
    const place = [new Date(endedAt), battleId];
    const [text, values] =
      format === undefined
        ? [OLDER, [user, ...place, limit]]
        : [OLDER_OF_FORMAT, [user, ...place, format, limit]];
    const rows = await this.#orm.em.fork().execute<{ id: BattleId }[]>(text, values);
    return this.#summaries(rows.map(({ id }) => id));
  }

  async #ids({ format, limit, offset }: BattleFilter): Promise<BattleId[]> {
    const orderBy = { endedAt: 'desc', id: 'desc' } as const;
    const where = format !== undefined ? { format } : {};
    const rows = await this.#orm.em.fork().find(Battle, where, { fields: ['id'], orderBy, limit, offset });
    return rows.map((row) => row.id as BattleId);
  }

  async #idsOf(user: UserId, { format, limit, offset }: BattleFilter): Promise<BattleId[]> {
    const orderBy = { endedAt: 'desc', battle: 'desc' } as const;
    const where = format !== undefined ? { user, format } : { user };
    const options = { fields: ['battle'], orderBy, limit, offset } as const;
    const rows = await this.#orm.em.fork().find(PlayerEntity, where, options);
    return rows.map((row) => row.battle.id as BattleId);
  }

  async #count({ user, format }: BattleFilter): Promise<number> {
    const conditions = [
      ...(user !== undefined ? ['user_id = ?'] : []),
      ...(format !== undefined ? ['format = ?'] : []),
    ];
    const from = user === undefined ? 'battles' : 'battle_players';
    const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
    const values = [user, format].filter((value) => value !== undefined);
    const [row] = await this.#orm.em
      .fork()
      .execute<{ total: number }[]>(
        `select count(*)::int as total from (select from ${from} ${where} limit ?) as counted`,
        [...values, COUNTED_MAX],
      );
    return row!.total;
  }

  #summaries(ids: readonly BattleId[]): Promise<BattleSummary[]> {
    return findSummaries(this.#orm, ids);
  }
}

/** Of those that are recorded, in the order of `ids`. Lists are long: no entity is made of any row. */
export async function findSummaries(orm: MikroORM, ids: readonly BattleId[]): Promise<BattleSummary[]> {
  const known = ids.filter(isStorable);
  if (known.length === 0) return [];
  const rows = await orm.em.fork().execute<SummaryRow[]>(summariesOf(known.length), known);
  const byId = new Map(rows.map((row) => [row.battleId, row]));
  return known.flatMap((id) => {
    const row = byId.get(id);
    return row ? [{ ...row, ratedSeq: row.ratedSeq === null ? null : Number(row.ratedSeq) }] : [];
  });
}

interface PlayerRow {
  side: SideId;
  user?: { id: string } | null | undefined;
  name: string;
  elo: number;
  before?: Standing | null | undefined;
  after?: Standing | null | undefined;
}

function playerOf(row: PlayerRow): BattlePlayer {
  const { side, user, name, elo, before, after } = row;
  const userId = (user?.id ?? null) as UserId | null;
  return { side, userId, name, elo, before: before ?? null, after: after ?? null };
}

type BattleRow = Pick<
  Battle,
  'id' | 'format' | 'winner' | 'reason' | 'turns' | 'rated' | 'ratedSeq' | 'startedAt' | 'endedAt'
>;

function summaryOf(row: BattleRow, players: readonly BattlePlayer[]): BattleSummary {
  return {
    battleId: row.id as BattleId,
    format: row.format as FormatId,
    players,
    winner: row.winner ?? null,
    reason: row.reason,
    turns: row.turns,
    rated: row.rated,
    ratedSeq: row.ratedSeq == null ? null : Number(row.ratedSeq),
    startedAt: row.startedAt.getTime(),
    endedAt: row.endedAt.getTime(),
  };
}
