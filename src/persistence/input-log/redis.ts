/**
 * The input log in Redis: a hash and a list for each battle, every change one Lua script. A battle that ends stays, out
 * of everybody's sight, until the outbox has brought it into the database.
 */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { BattleId, FormatId, UserId } from '../../battle/ids.ts';
import type { Entry, NewEntry } from '../../battle/input.ts';
import type { Opening } from '../../battle/opening.ts';
import type { BattleRecord } from '../../battle/record.ts';
import { ask, pingRedis } from '../redis/connection.ts';
import type { BattleKeys } from '../redis/keys.ts';
import { readScripts, REDIS_CLOCK } from '../redis/script.ts';
import type { AppendResult, BattleHead, ClaimResult, InputLog, OpenResult } from './input-log.ts';
import { resultOf, storedEntry } from './redis/stored.ts';

const FOLDER = new URL('redis/', import.meta.url);
const NAMES = ['open', 'claim', 'append', 'finish', 'release', 'heads'] as const;
/** Heads of one script: Redis does nothing else meanwhile. */
const HEADS_MAX = 500;

type HeadReply = [
  format: FormatId,
  engine: string,
  epoch: string,
  owner: string | null,
  crashes: string,
  users: string,
];
type ClaimReply =
  | ['missing']
  | ['lost']
  | ['engine', engine: string]
  | ['claimed', epoch: number, crashes: number, deaths: number, opening: string, entries: string[]];

export class RedisInputLog implements InputLog {
  readonly #redis: Redis;
  readonly #keys: BattleKeys;
  readonly #scripts;

  /** The connection is the caller's to close. */
  constructor(redis: Redis, keys: BattleKeys, clock: string = REDIS_CLOCK) {
    this.#redis = redis;
    this.#keys = keys;
    this.#scripts = readScripts(FOLDER, NAMES, [clock]);
  }

  async append(id: BattleId, epoch: number, length: number, entry: NewEntry): Promise<AppendResult> {
    const { input, print } = entry;
    const isPlayed = input.type === 'choice' || input.type === 'forfeit';
    const keys = [this.#keys.battle(id), this.#keys.log(id)];
    const args = [epoch, length, isPlayed ? 1 : 0, JSON.stringify({ input, print })];
    const reply = await this.#scripts.append.run(this.#redis, keys, args);
    return typeof reply === 'number'
      ? { kind: 'appended', at: reply }
      : { kind: reply as 'fenced' | 'conflict' };
  }

  async open(opening: Opening): Promise<OpenResult> {
    const { id, format, engine, sides } = opening;
    const userIds = usersOf(opening);
    const users = JSON.stringify(sides.map(({ side, userId }) => ({ side, userId })));
    const { battle, living, serial, user } = this.#keys;
    const keys = [battle(id), living, serial, ...userIds.map(user)];
    const args = [id, format, engine, users, JSON.stringify(opening), battle('' as BattleId)];
    const held = (await this.#scripts.open.run(this.#redis, keys, args)) as [number, BattleId][];
    if (held.length === 0) return { kind: 'opened' };
    return {
      kind: 'busy',
      users: held.map(([index, battleId]) => ({ userId: userIds[index]!, battleId })),
    };
  }

  async claim(id: BattleId, seenEpoch: number, owner: string, engine: string): Promise<ClaimResult> {
    const keys = [this.#keys.battle(id), this.#keys.log(id)];
    const args = [seenEpoch, owner, engine, randomUUID()];
    const reply = (await this.#scripts.claim.run(this.#redis, keys, args)) as ClaimReply;
    if (reply[0] === 'engine') return { kind: 'engine', engine: reply[1] };
    if (reply[0] !== 'claimed') return { kind: reply[0] };
    const [, epoch, crashes, deaths, text, stored] = reply;
    const opening = JSON.parse(text) as Opening;
    const entries: Entry[] = stored.map(storedEntry);
    return { kind: 'claimed', claim: { epoch, opening, entries, crashes, deaths } };
  }

  async finish(id: BattleId, epoch: number, record: BattleRecord): Promise<{ kind: 'finished' | 'fenced' }> {
    const { battle, living, outbox, user } = this.#keys;
    const keys = [battle(id), living, outbox, ...usersOf(record.opening).map(user)];
    const args = [epoch, id, resultOf(record)];
    return { kind: (await this.#scripts.finish.run(this.#redis, keys, args)) as 'finished' | 'fenced' };
  }

  async release(id: BattleId, epoch: number): Promise<{ kind: 'released' | 'fenced' }> {
    const reply = await this.#scripts.release.run(this.#redis, [this.#keys.battle(id)], [epoch]);
    return { kind: reply as 'released' | 'fenced' };
  }

  async head(id: BattleId): Promise<BattleHead | null> {
    const [head] = await this.#heads([id]);
    return head ?? null;
  }

  async battleOf(userId: UserId): Promise<BattleId | null> {
    return (await ask(this.#redis, () => this.#redis.get(this.#keys.user(userId)))) as BattleId | null;
  }

  async epochs(ids: readonly BattleId[]): Promise<ReadonlyMap<BattleId, number>> {
    return new Map((await this.#heads(ids)).map(({ id, epoch }) => [id, epoch]));
  }

  async *living(): AsyncGenerator<BattleHead> {
    const { living } = this.#keys;
    for (let serial = '0'; ;) {
      const after = `(${serial}`;
      const members = await ask(this.#redis, () =>
        this.#redis.zrangebyscore(living, after, '+inf', 'WITHSCORES', 'LIMIT', 0, HEADS_MAX),
      );
      if (members.length === 0) return;
      serial = members.at(-1)!;
      yield* await this.#heads(members.filter((_, index) => index % 2 === 0) as BattleId[]);
    }
  }

  /** Whether the store answers within 300 ms. */
  ping(): Promise<boolean> {
    return pingRedis(this.#redis);
  }

  /** Of those that live, in the order of `ids`. */
  async #heads(ids: readonly BattleId[]): Promise<BattleHead[]> {
    const heads: BattleHead[] = [];
    for (let from = 0; from < ids.length; from += HEADS_MAX) {
      const some = ids.slice(from, from + HEADS_MAX);
      const replies = await this.#scripts.heads.run(this.#redis, some.map(this.#keys.battle), []);
      (replies as (HeadReply | null)[]).forEach((reply, index) => {
        if (reply) heads.push(headOf(some[index]!, reply));
      });
    }
    return heads;
  }
}

function headOf(id: BattleId, [format, engine, epoch, owner, crashes, users]: HeadReply): BattleHead {
  return {
    id,
    format,
    engine,
    epoch: Number(epoch),
    owner,
    crashes: Number(crashes),
    users: JSON.parse(users) as BattleHead['users'],
  };
}

/** Who is marked as in a battle. A bot may be in any number. */
function usersOf({ sides }: Opening): UserId[] {
  return [...new Set(sides.filter(({ bot }) => !bot).map(({ userId }) => userId))];
}
