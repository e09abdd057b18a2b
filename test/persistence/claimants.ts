/** Processes of a cluster as far as they fight for battles: each claims, and lists the room that it thinks it has. */
import assert from 'node:assert/strict';
import type { IRoomCache } from '@colyseus/core';
import type { BattleId } from '../../src/battle/ids.ts';
import { seededRandom, shuffled, type Random } from '../../src/battle/random.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { connectRedis } from '../../src/persistence/redis/connection.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { OwnedDriver } from '../../src/persistence/redis/owned-driver.ts';
import { ENGINE } from './sample.ts';

export interface ClaimantsOrder {
  readonly address: string;
  readonly prefix: string;
  readonly names: readonly string[];
  readonly connections: number;
  readonly seed: string;
}

export interface Round {
  readonly id: BattleId;
  readonly seen: number;
}

/** What became of one claimant's claim and of its listing. */
export interface Claimed {
  readonly name: string;
  readonly kind: string;
  readonly epoch: number;
  /** null: it lists later. */
  readonly isListed: boolean | null;
}

export class Claimants {
  readonly #claimants: Claimant[];
  readonly #random: Random;

  constructor({ address, prefix, names, connections, seed }: ClaimantsOrder) {
    const redis = Array.from({ length: connections }, () => connectRedis(address));
    const logs = redis.map((connection) => new RedisInputLog(connection, redisKeys(prefix)));
    this.#random = seededRandom(seed);
    this.#claimants = names.map((name, index) => {
      const ports = { processId: () => name, isLeased: () => Promise.resolve(true) };
      return new Claimant(
        name,
        logs[index % connections]!,
        new OwnedDriver(redis[index % connections]!, ports),
      );
    });
  }

  /** All claim at once; the winner and some of those that have lost list their rooms, in any order. */
  async claim(round: Round): Promise<Claimed[]> {
    const order = shuffled(this.#random, this.#claimants);
    const kinds = new Map(
      await Promise.all(order.map(async (one) => [one, await one.claim(round)] as const)),
    );
    return Promise.all(
      shuffled(this.#random, order).map(async (one) => {
        const kind = kinds.get(one)!;
        const isNow = kind === 'claimed' || this.#random() < 0.5;
        const isListed = isNow ? await one.list(round.id) : null;
        return { name: one.name, kind, epoch: one.epoch, isListed };
      }),
    );
  }

  /** Those that have lost list, change and remove what they held before. Answers the names of those that could. */
  async comeLate({ id }: Round, winner: string): Promise<string[]> {
    const losers = shuffled(this.#random, this.#claimants).filter(({ name }) => name !== winner);
    const changed = await Promise.all(losers.map((one) => one.comeLate(id)));
    return losers.filter((_, index) => changed[index]).map(({ name }) => name);
  }
}

class Claimant {
  readonly name: string;
  /** It last had the battle under; 0: never. */
  epoch = 0;
  readonly #log: RedisInputLog;
  readonly #driver: OwnedDriver;
  #battle = '';

  constructor(name: string, log: RedisInputLog, driver: OwnedDriver) {
    this.name = name;
    this.#log = log;
    this.#driver = driver;
  }

  async claim({ id, seen }: Round): Promise<string> {
    if (id !== this.#battle) this.epoch = 0;
    this.#battle = id;
    const result = await this.#log.claim(id, seen, this.name, ENGINE);
    if (result.kind === 'claimed') this.epoch = result.claim.epoch;
    return result.kind;
  }

  list(id: string): Promise<boolean> {
    return this.#driver.insert(this.#listing(id));
  }

  async comeLate(id: string): Promise<boolean> {
    const listing = this.#listing(id);
    const isListed = await this.#driver.insert(listing);
    await this.#driver.update(listing, { $inc: { clients: 1 } });
    return (await this.#driver.remove(id)) || isListed;
  }

  #listing(roomId: string): IRoomCache {
    assert.equal(roomId, this.#battle);
    const { name: processId, epoch } = this;
    const listing: Partial<IRoomCache> = {
      roomId,
      processId,
      name: 'battle',
      clients: 0,
      metadata: { epoch },
    };
    return listing as IRoomCache;
  }
}
