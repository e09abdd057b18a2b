/**
 * Records an ended battle within the caller's transaction: battle, players, replay, ratings and achievements, all or
 * nothing. Ratings are computed from what nobody else can move until the transaction is over, and stay only when the
 * battle was not there before: so each battle moves them once, one after the other.
 */
import type { SideId, UserId } from '../../battle/ids.ts';
import type { BattleRecord } from '../../battle/record.ts';
import { achieved } from '../../ratings/achievements.ts';
import { afterBattle, START, type Rating, type Score } from '../../ratings/rating.ts';
import { storable } from '../database/storable.ts';
import type { Standing } from '../database/stores.ts';
import type { Query } from '../input-log/postgres/log-pool.ts';
import type { Recorded, RatingChange, Unlocked } from './results.ts';
import * as sql from './statements.ts';

interface StandingRow extends Rating {
  readonly userId: UserId;
  readonly battles: number;
}

/** Who has no rating in the format. */
type UnratedRow = { readonly elo: null } & Pick<StandingRow, 'userId' | 'battles'>;

interface Move extends RatingChange {
  readonly rating: Rating;
  /** Rated ones of this user, this one included. */
  readonly battles: number;
}

/** null: it was there before, and the transaction is to be rolled back. */
export async function recordBattle(query: Query, record: BattleRecord): Promise<Recorded | null> {
  const { opening, outcome } = record;
  const moves = await moveRatings(query, record);
  const values = rowsOf(record, moves);
  const { rows } = await query<{ isNew: boolean; unlocked: Unlocked[] | null }>({
    name: 'record',
    text: sql.RECORD,
    values,
  });
  if (!rows[0]?.isNew) return null;
  return {
    battleId: opening.id,
    format: opening.format,
    players: { p1: userAt(record, 'p1'), p2: userAt(record, 'p2') },
    winner: outcome.winner,
    changes: moves.length > 0 ? moves.map(changeOf) : null,
    unlocked: rows[0].unlocked ?? [],
  };
}

/** None of a battle that moves none. */
async function moveRatings(
  query: Query,
  { opening, outcome, endedAt }: BattleRecord,
): Promise<readonly Move[]> {
  const { sides, format } = opening;
  const users = sides
    .filter(({ bot }) => !bot)
    .map(({ userId, name }) => ({ id: userId, name: storable(name) }));
  await query({ name: 'lock', text: sql.LOCK, values: [JSON.stringify(users)] });
  if (!opening.rated || outcome.reason === 'void') return [];
  const { rows } = await query<StandingRow | UnratedRow>({
    name: 'stand',
    text: sql.STAND,
    values: [users.map(({ id }) => id), format],
  });
  const [first, second] = sides.map(({ userId }) => rows.find((row) => row.userId === userId)!);
  const [one, other] = [ratingOf(first!), ratingOf(second!)];
  const after = afterBattle(one, other, scoreOf(outcome.winner, sides[0]!.side), endedAt);
  return [first!, second!].map(({ userId, battles }, index): Move => ({
    side: sides[index]!.side,
    userId,
    before: standingOf(index === 0 ? one : other),
    after: standingOf(after[index]!),
    rating: after[index]!,
    battles: battles + 1,
  }));
}

/** Parameters of `RECORD`. */
function rowsOf({ opening, ...record }: BattleRecord, moves: readonly Move[]): string[] {
  const { id: battle_id, format } = opening;
  const ended_at = new Date(record.endedAt).toISOString();
  const battle = {
    id: battle_id,
    format,
    engine: opening.engine,
    seed: opening.seed,
    rated: opening.rated,
    winner: record.outcome.winner,
    reason: record.outcome.reason,
    turns: record.turns,
    started_at: new Date(record.startedAt).toISOString(),
    ended_at,
  };
  const players = opening.sides.map(({ side, userId, name, elo, team, bot }) => {
    const move = moves.find((one) => one.side === side);
    return {
      battle_id,
      side,
      user_id: bot ? null : userId,
      name: storable(name),
      elo,
      team: storable(team),
      ended_at,
      format,
      before: move?.before ?? null,
      after: move?.after ?? null,
    };
  });
  const ratings = moves.map(({ userId, rating: { bestStreak, ...rating } }) => ({
    user_id: userId,
    format,
    ...rating,
    best_streak: bestStreak,
  }));
  const achievements = moves.flatMap(({ userId, rating, battles }) =>
    achieved(rating, battles).map((kind) => ({ user_id: userId, kind, format, battle_id, at: ended_at })),
  );
  return [battle, players, ratings, achievements, opening.timer, record.entries, record.lines].map((part) =>
    JSON.stringify(part),
  );
}

function ratingOf(row: StandingRow | UnratedRow): Rating {
  if (row.elo === null) return START;
  const { elo, peak, glicko, wins, losses, ties, streak, bestStreak } = row;
  return { elo, peak, glicko, wins, losses, ties, streak, bestStreak };
}

function standingOf({ elo, glicko: { rating, deviation } }: Rating): Standing {
  return { elo, glicko: { rating, deviation } };
}

function changeOf({ side, userId, before, after }: Move): RatingChange {
  return { side, userId, before, after };
}

function scoreOf(winner: SideId | null, side: SideId): Score {
  if (winner === null) return 0.5;
  return winner === side ? 1 : 0;
}

function userAt({ opening }: BattleRecord, side: SideId): UserId {
  return opening.sides.find((seat) => seat.side === side)!.userId;
}
