/**
 * Ratings and ladders, in SQL: all of it is walks along the index (format, elo, user_id), from its end. A user's row is
 * made by the transaction that records the first rated battle, so that whoever has one has played.
 */
import type { MikroORM } from '@mikro-orm/postgresql';
import type { FormatId, UserId } from '../../battle/ids.ts';
import { ELO_FLOOR } from '../../ratings/elo.ts';
import type { Estimate } from '../../ratings/glicko.ts';
import { GLICKO_START } from '../../ratings/glicko.ts';
import { isStorable } from './storable.ts';
import type { FormatRating, LadderRow, RankChange, RatingStore } from './stores.ts';

interface Row {
  readonly id: UserId;
  readonly name: string;
  readonly elo: number;
  readonly glicko: Estimate | null;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

const ROW = 'r.elo, r.glicko, r.wins, r.losses, r.ties';
const LADDER_ROW = `${ROW}, r.user_id as id, u.name`;

/** The page is found by the index alone: what is skipped is not read. */
const PAGE = `
with page as (
  select user_id from ratings where format = ? order by elo desc, user_id desc limit ? offset ?
)
select ${LADDER_ROW}
from page join ratings r on r.user_id = page.user_id and r.format = ? join users u on u.id = r.user_id
order by r.elo desc, r.user_id desc`;

const COUNT = 'select count(*)::int as total from ratings where format = ?';

const RANK = `
select ${LADDER_ROW}, (
  select count(*)::int + 1 from ratings o
  where o.format = r.format and (o.elo, o.user_id) > (r.elo, r.user_id)
) as rank
from ratings r join users u on u.id = r.user_id
where r.format = ? and r.user_id = ?`;

const OF_USER = `
select ${ROW}, r.format, r.streak, r.peak from ratings r where r.user_id = ? order by r.format`;

const ELO = 'select elo from ratings where user_id = ? and format = ?';

/** How many are above a player of the battle in its format, its players aside. Stops at the bound. */
const above = (elo: string): string => `(
  select count(*)::int from (
    select from ratings o
    where o.format = ? and (o.elo, o.user_id) > (m.${elo}, m.id) and o.user_id not in (select id from moved)
    limit ?
  ) as those
)`;

/** The players are compared with one another as they were before, and as they are after, whatever has happened since. */
const RANK_CHANGES = `
with moved as (
  select * from json_to_recordset(?::json) as moved (id varchar(128), before float8, after float8)
), player as (
  select moved.*, r.wins + r.losses + r.ties = 1 as is_new
  from moved join ratings r on r.user_id = moved.id and r.format = ?
)
select m.id, m.is_new as "isNew",
  ${above('before')} + (select count(*)::int from player f
    where not f.is_new and (f.before, f.id) > (m.before, m.id) and f.id <> m.id) + 1 as "oldRank",
  ${above('after')} + (select count(*)::int from player f
    where (f.after, f.id) > (m.after, m.id) and f.id <> m.id) + 1 as "newRank"
from player m`;

/** A count walks over all of a ladder: one serves everybody for so long, in milliseconds. */
const COUNT_GOOD_MS = 5_000;

export class OrmRatingStore implements RatingStore {
  readonly #orm: MikroORM;
  readonly #now: () => number;
  /** One for each format on offer. */
  readonly #totals = new Map<FormatId, { readonly until: number; readonly total: Promise<number> }>();

  /** `now`: milliseconds, monotonic. */
  constructor(orm: MikroORM, now = () => performance.now()) {
    this.#orm = orm;
    this.#now = now;
  }

  async ladder(
    format: FormatId,
    limit: number,
    offset: number,
  ): Promise<{ items: readonly LadderRow[]; total: number }> {
    const items = await this.#page(format, limit, offset);
    const end = offset + items.length;
    // The last page tells by itself.
    if (items.length < limit && (items.length > 0 || offset === 0)) return { items, total: end };
    const counted = await this.#total(format);
    return { items, total: items.length > 0 ? Math.max(counted, end) : Math.min(counted, offset) };
  }

  top(format: FormatId, limit: number): Promise<readonly LadderRow[]> {
    return this.#page(format, limit, 0);
  }

  async rank(format: FormatId, userId: UserId): Promise<LadderRow | null> {
    if (!isStorable(userId)) return null;
    const [row] = await this.#read<Row & { rank: number }>(RANK, [format, userId]);
    return row ? ladderRow(row) : null;
  }

  async ofUser(userId: UserId): Promise<readonly FormatRating[]> {
    if (!isStorable(userId)) return [];
    type Found = Row & Pick<FormatRating, 'format' | 'streak' | 'peak'>;
    const rows = await this.#read<Found>(OF_USER, [userId]);
    return rows.map(({ format, streak, peak, ...row }) => ({ format, ...ratingOf(row), streak, peak }));
  }

  async elo(userId: UserId, format: FormatId): Promise<number> {
    if (!isStorable(`${userId}${format}`)) return ELO_FLOOR;
    const [row] = await this.#read<{ elo: number }>(ELO, [userId, format]);
    return row?.elo ?? ELO_FLOOR;
  }

  async rankChanges(
    format: FormatId,
    changes: Parameters<RatingStore['rankChanges']>[1],
    most: number,
  ): Promise<readonly RankChange[]> {
    const moved = changes.map(({ userId: id, before, after }) => ({
      id,
      before: before.elo,
      after: after.elo,
    }));
    const counted = (rank: number): number | null => (rank <= most ? rank : null);
    const rows = await this.#read<{ id: UserId; isNew: boolean; oldRank: number; newRank: number }>(
      RANK_CHANGES,
      [JSON.stringify(moved), format, format, most, format, most],
    );
    return rows.map(({ id, isNew, oldRank, newRank }) => ({
      userId: id,
      oldRank: isNew ? null : counted(oldRank),
      newRank: counted(newRank),
    }));
  }

  async #page(format: FormatId, limit: number, offset: number): Promise<readonly LadderRow[]> {
    const rows = await this.#read<Row>(PAGE, [format, limit, offset, format]);
    return rows.map((row, index) => ladderRow({ ...row, rank: offset + index + 1 }));
  }

  #total(format: FormatId): Promise<number> {
    const known = this.#totals.get(format);
    if (known && this.#now() < known.until) return known.total;
    const total = this.#read<{ total: number }>(COUNT, [format]).then(([row]) => row!.total);
    total.catch(() => this.#totals.delete(format));
    this.#totals.set(format, { until: this.#now() + COUNT_GOOD_MS, total });
    return total;
  }

  #read<Found>(text: string, values: readonly unknown[]): Promise<Found[]> {
    return this.#orm.em.fork().execute<Found[]>(text, values as unknown[]);
  }
}

function ladderRow({ id, name, rank, ...row }: Row & { readonly rank: number }): LadderRow {
  return { rank, user: { id, name }, ...ratingOf(row) };
}

function ratingOf({ elo, glicko, wins, losses, ties }: Omit<Row, 'id' | 'name'>) {
  const { rating, deviation } = glicko ?? GLICKO_START;
  return { elo, glicko: { rating, deviation }, wins, losses, ties };
}
