/** What people ask of a long history, each as the store is asked for it, about somebody or something else each time. */
import type { MikroORM } from '@mikro-orm/postgresql';
import { pick, type Random } from '../../src/battle/random.ts';
import type { BattleId, FormatId, UserId } from '../../src/battle/ids.ts';
import { OrmBattleStore } from '../../src/persistence/database/battle-store.ts';
import { OrmRatingStore } from '../../src/persistence/database/rating-store.ts';
import { OrmReplayStore } from '../../src/persistence/database/replay-store.ts';
import { OrmUserStore } from '../../src/persistence/database/user-store.ts';
import { battleId, FORMATS, userId, type HistorySize } from './history.ts';

export type Question = () => Promise<unknown>;

const FIRST_AT = Date.UTC(2026, 0, 1);
const APART_MS = 90_000;
const LIMIT = 20;

/** By what they are called. */
export function questions(
  orm: MikroORM,
  { battles, users }: HistorySize,
  random: Random,
): Readonly<Record<string, Question>> {
  const store = new OrmBattleStore(orm);
  const ratings = new OrmRatingStore(orm);
  const replays = new OrmReplayStore(orm);
  const people = new OrmUserStore(orm);
  const upTo = (most: number): number => 1 + Math.floor(random() * most);
  const anyBattle = (): BattleId => battleId(upTo(battles)) as BattleId;
  // Who plays much is asked for much.
  const anyUser = (): UserId => userId(Math.ceil(users * random() ** 3) || 1) as UserId;
  const anyFormat = (): FormatId => pick(random, FORMATS) as FormatId;
  const anyTime = (): number => FIRST_AT + upTo(battles) * APART_MS;
  const place = () => ({ endedAt: anyTime(), battleId: anyBattle() });
  const page = { limit: LIMIT, offset: 0 };
  const later = { limit: LIMIT, offset: Math.min(battles / 2, 1_000) };
  const ladder = FORMATS[0] as FormatId;
  // A page is little of the whole, or PostgreSQL does well to read all.
  const rows = Math.min(100, users / 25);
  const window = () => {
    const after = anyTime();
    return { after, before: after + 7 * 86_400_000 };
  };
  return {
    'battles, first page': () => store.list(page),
    'battles, a later page': () => store.list(later),
    'battles of a user': () => store.list({ user: anyUser(), ...page }),
    'battles of a format': () => store.list({ format: anyFormat(), ...page }),
    'battles of a format, a later page': () => store.list({ format: anyFormat(), ...later }),
    'battles of a user in a format': () => store.list({ user: anyUser(), format: anyFormat(), ...page }),
    'one battle': () => store.summary(anyBattle()),
    'one battle, whole': () => store.get(anyBattle()),
    'history of a user, from a place': () => store.older(place(), { user: anyUser(), limit: LIMIT }),
    'history of a user in a format, from a place': () =>
      store.older(place(), { user: anyUser(), format: anyFormat(), limit: LIMIT }),
    'ladder, first page': () => ratings.ladder(ladder, rows, 0),
    'ladder, a far page': () => ratings.ladder(ladder, rows, Math.min(users / 2, 10_000)),
    'rank of a user': () => ratings.rank(ladder, anyUser()),
    'ratings of a user': () => ratings.ofUser(anyUser()),
    'profile of a user': () => people.profile(anyUser()),
    'one replay': () => replays.get(anyBattle()),
    'replays, first page': () => replays.search({ limit: LIMIT }),
    'replays of a user': () => replays.search({ user: anyUser(), limit: LIMIT }),
    'replays of a format': () => replays.search({ format: anyFormat(), limit: LIMIT }),
    'replays of a user in a format': () =>
      replays.search({ user: anyUser(), format: anyFormat(), limit: LIMIT }),
    'replays of a week': () => replays.search({ ...window(), limit: LIMIT }),
    'replays of a user in a week': () => replays.search({ user: anyUser(), ...window(), limit: LIMIT }),
    'replays of a format, from a place': () =>
      replays.search({ format: anyFormat(), cursor: place(), limit: LIMIT }),
  };
}
