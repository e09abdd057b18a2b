/** The outbox in Redis: battles that have ended and are not recorded yet. `finish` of the input log puts them in. */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { BattleId, FormatId, UserId } from '../../battle/ids.ts';
import { summaryOf } from './summary.ts';
import type { BattleSummary } from '../database/stores.ts';
import { storedRecord } from '../input-log/redis/stored.ts';
import { ask } from '../redis/connection.ts';
import type { BattleKeys } from '../redis/keys.ts';
import { readScripts, REDIS_CLOCK } from '../redis/script.ts';
import type { AsideBattle, Outbox, OutboxFigures, Postponed, Taken } from '../outbox.ts';

const FOLDER = new URL('redis/', import.meta.url);
const NAMES = ['take', 'acknowledge', 'postpone', 'retry'] as const;

/** A drainer that has not settled a battle by then is dead: far longer than any call to the database may take. */
const HOLD_MS = 10_000;
/** A store that is away, or a record that it refuses, is not asked again sooner. */
const DELAY_MS = 1_000;
/** A record that the database refused so often is set aside for the operator. */
const TRIES_MAX = 5;
/** What is kept of what was wrong with a battle: enough for a person. */
const FAULT_CHARS = 300;
/** Battles whose age is looked at, those that are due first. */
const AGED_MAX = 100;
/** For how long a process that was asleep must not bring back a battle that is over and recorded. */
const ENDED_MS = 600_000;

type TakeReply = [id: BattleId, opening: string, result: string, entries: string[]] | null;

export class RedisOutbox implements Outbox {
  readonly #redis: Redis;
  readonly #keys: BattleKeys;
  readonly #scripts;

  /** The connection is the caller's to close. */
  constructor(redis: Redis, keys: BattleKeys, clock: string = REDIS_CLOCK) {
    this.#redis = redis;
    this.#keys = keys;
    this.#scripts = readScripts(FOLDER, NAMES, [clock]);
  }

  take(): Promise<Taken | null> {
    return this.#take('');
  }

  takeOne(id: BattleId): Promise<Taken | null> {
    return this.#take(id);
  }

  async #take(wanted: BattleId | ''): Promise<Taken | null> {
    const { outbox, battle, log } = this.#keys;
    const args = [HOLD_MS, randomUUID(), battle('' as BattleId), log('' as BattleId), wanted];
    const reply = (await this.#scripts.take.run(this.#redis, [outbox], args)) as TakeReply;
    if (!reply) return null;
    const [id, opening, result, entries] = reply;
    return { id, record: () => storedRecord(opening, result, entries) };
  }

  async acknowledge(id: BattleId): Promise<void> {
    const { outbox, aside, battle, log } = this.#keys;
    const keys = [outbox, aside, battle(id), log(id)];
    await this.#scripts.acknowledge.run(this.#redis, keys, [id, ENDED_MS]);
  }

  async postpone(id: BattleId, fault: string | null): Promise<Postponed> {
    const { outbox, aside, battle } = this.#keys;
    const args = [id, DELAY_MS, fault?.slice(0, FAULT_CHARS) ?? '', TRIES_MAX, randomUUID()];
    return (await this.#scripts.postpone.run(this.#redis, [outbox, aside, battle(id)], args)) as Postponed;
  }

  /** Those that are set aside, the oldest first. */
  async aside(limit: number): Promise<AsideBattle[]> {
    const { aside, battle } = this.#keys;
    const found = await ask(this.#redis, () => this.#redis.zrange(aside, 0, limit - 1, 'WITHSCORES'));
    const ids = found.filter((_, index) => index % 2 === 0) as BattleId[];
    const facts = await ask(this.#redis, () =>
      Promise.all(ids.map((id) => this.#redis.hmget(battle(id), 'format', 'users', 'fault'))),
    );
    return facts.map(([format = null, users, fault], index) => ({
      battleId: ids[index]!,
      asideAt: Number(found[index * 2 + 1]),
      fault: fault ?? '',
      format: format as FormatId | null,
      users: seatsOf(users).map(({ userId }) => userId),
    }));
  }

  /** Lets the drainers try again to record a battle that is set aside. False where it does not wait to be recorded. */
  async retry(id: BattleId): Promise<boolean> {
    const { outbox, aside, battle } = this.#keys;
    return (await this.#scripts.retry.run(this.#redis, [outbox, aside, battle(id)], [id])) === 1;
  }

  /** Of a battle that has ended and is not recorded; null for any other. */
  async summary(id: BattleId): Promise<BattleSummary | null> {
    const fields = ['state', 'opening', 'result'] as const;
    const found = await ask(this.#redis, () => this.#redis.hmget(this.#keys.battle(id), ...fields));
    const [state, opening, result] = found;
    return state === 'ended' && opening && result ? summaryOf(storedRecord(opening, result, [])) : null;
  }

  /** A battle of this user that waits to be recorded. */
  async battleOf(userId: UserId): Promise<BattleId | null> {
    for (let cursor = '0'; ;) {
      const from = cursor;
      const [next, members] = await ask(this.#redis, () => this.#redis.zscan(this.#keys.outbox, from));
      const ids = members.filter((_, index) => index % 2 === 0) as BattleId[];
      const users = await ask(this.#redis, () =>
        Promise.all(ids.map((id) => this.#redis.hget(this.#keys.battle(id), 'users'))),
      );
      const found = ids.find((_, index) => isSeated(userId, users[index]));
      if (found !== undefined) return found;
      if (next === '0') return null;
      cursor = next;
    }
  }

  async figures(): Promise<OutboxFigures> {
    const { outbox, aside, battle } = this.#keys;
    const [waiting, asideCount, due, [seconds = 0]] = await ask(this.#redis, () =>
      Promise.all([
        this.#redis.zcard(outbox),
        this.#redis.zcard(aside),
        this.#redis.zrange(outbox, 0, AGED_MAX - 1),
        this.#redis.time(),
      ]),
    );
    const lastAt = await ask(this.#redis, () =>
      Promise.all(due.map((id) => this.#redis.hget(battle(id as BattleId), 'lastAt'))),
    );
    const ages = lastAt.flatMap((at) => (at === null ? [] : [Math.max(0, seconds * 1_000 - Number(at))]));
    return { waiting, aside: asideCount, oldestMs: ages.length > 0 ? Math.max(...ages) : null };
  }
}

function isSeated(userId: UserId, users: string | null | undefined): boolean {
  return seatsOf(users).some((seat) => seat.userId === userId);
}

function seatsOf(users: string | null | undefined): readonly { readonly userId: UserId }[] {
  return JSON.parse(users ?? '[]') as readonly { readonly userId: UserId }[];
}
