/**
 * What the database says of ratings, against what the pure functions say of its battles: every rating is the last link
 * of an unbroken chain, to the last bit, and every achievement belongs to the battle that was its last step.
 */
import assert from 'node:assert/strict';
import type { DatabaseAddress } from '../../src/persistence/database/address.ts';
import type { Standing } from '../../src/persistence/database/stores.ts';
import { achieved } from '../../src/ratings/achievements.ts';
import { afterBattle, START, type Rating } from '../../src/ratings/rating.ts';
import { runSql } from '../support/postgres.ts';

interface BattleRow {
  readonly id: string;
  readonly format: string;
  readonly rated: boolean;
  readonly winner: string | null;
  readonly reason: string;
  readonly ratedSeq: string | null;
  readonly endedAt: Date;
  readonly players: readonly PlayerRow[];
}

interface PlayerRow {
  readonly side: string;
  readonly userId: string;
  readonly before: Standing | null;
  readonly after: Standing | null;
}

export interface Chain {
  readonly battles: number;
  /** Those that moved ratings. */
  readonly rated: number;
  readonly ratings: number;
  readonly achievements: number;
}

const BATTLES = `
select id, b.format, rated, winner, reason, rated_seq as "ratedSeq", b.ended_at as "endedAt",
  json_agg(json_build_object('side', side, 'userId', user_id, 'before', before, 'after', after) order by side) as players
from battles b join battle_players on battle_id = id group by id order by rated_seq`;
const RATINGS = `
select user_id, format, elo, peak, glicko, wins, losses, ties, streak, best_streak as "bestStreak"
from ratings order by user_id, format`;
const ACHIEVEMENTS = `select user_id, kind, format, battle_id from achievements order by user_id, kind`;

/** Throws where a link is broken. */
export async function checkChain(address: DatabaseAddress): Promise<Chain> {
  const battles = (await runSql(address, BATTLES)).rows as BattleRow[];
  const count = new Recount();
  for (const battle of battles) count.add(battle);
  const ratings = (await runSql(address, RATINGS)).rows as unknown[];
  assert.deepEqual(ratings, count.ratings(), 'ratings');
  const achievements = (await runSql(address, ACHIEVEMENTS)).rows as unknown[];
  assert.deepEqual(achievements, count.achievements(), 'achievements');
  return {
    battles: battles.length,
    rated: count.rated,
    ratings: ratings.length,
    achievements: achievements.length,
  };
}

class Recount {
  rated = 0;
  readonly #ratings = new Map<string, Rating>();
  readonly #battles = new Map<string, number>();
  readonly #achievements = new Map<string, readonly string[]>();

  /** In the order in which they moved ratings. */
  add(battle: BattleRow): void {
    const { id, players, winner } = battle;
    assert.deepEqual(
      players.map(({ side }) => side),
      ['p1', 'p2'],
      id,
    );
    const stored = players.map(({ before, after }) => [before, after]);
    if (!battle.rated || battle.reason === 'void') {
      assert.equal(battle.ratedSeq, null, id);
      assert.deepEqual(stored.flat(), [null, null, null, null], id);
      return;
    }
    this.rated++;
    const score = winner === null ? 0.5 : winner === 'p1' ? 1 : 0;
    const keys = players.map(({ userId }) => JSON.stringify([userId, battle.format]));
    const [one, other] = keys.map((key) => this.#ratings.get(key) ?? START) as [Rating, Rating];
    const after = afterBattle(one, other, score, battle.endedAt.getTime());
    const expected = [one, other].map((before, index) => [standing(before), standing(after[index]!)]);
    assert.deepEqual(stored, expected, `${id}: the chain is broken`);
    for (const [index, { userId }] of players.entries()) {
      this.#ratings.set(keys[index]!, after[index]!);
      const count = (this.#battles.get(userId) ?? 0) + 1;
      this.#battles.set(userId, count);
      for (const kind of achieved(after[index]!, count)) this.#achieve(userId, kind, battle);
    }
  }

  ratings(): unknown[] {
    return sorted(this.#ratings).map(([key, rating]) => {
      const [user_id, format] = JSON.parse(key) as string[];
      return { user_id, format, ...rating };
    });
  }

  achievements(): unknown[] {
    return sorted(this.#achievements).map(([key, [format, battle_id]]) => {
      const [user_id, kind] = JSON.parse(key) as string[];
      return { user_id, kind, format, battle_id };
    });
  }

  #achieve(userId: string, kind: string, { id, format }: BattleRow): void {
    const key = JSON.stringify([userId, kind]);
    if (!this.#achievements.has(key)) this.#achievements.set(key, [format, id]);
  }
}

function standing({ elo, glicko: { rating, deviation } }: Rating): Standing {
  return { elo, glicko: { rating, deviation } };
}

/** As a database of the C locale orders them. */
function sorted<Value>(map: ReadonlyMap<string, Value>): [string, Value][] {
  const parts = (key: string): Buffer[] => (JSON.parse(key) as string[]).map((part) => Buffer.from(part));
  return [...map].sort(([one], [other]) => {
    const [a, b] = [parts(one), parts(other)];
    return Buffer.compare(a[0]!, b[0]!) || Buffer.compare(a[1]!, b[1]!);
  });
}
