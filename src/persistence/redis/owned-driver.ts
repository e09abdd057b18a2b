/**
 * Colyseus's listings in Redis, each row written by its owner alone. The listing is a cache; the input log decides who
 * owns a battle, and its epoch decides here in the same step: no row, or one of a lower epoch, and the room is listed.
 * All but `remove` reject with `StoreAway`.
 */
import { readFileSync } from 'node:fs';
import type { IRoomCache } from '@colyseus/core';
import { RedisDriver } from '@colyseus/redis-driver';
import type { Redis } from 'ioredis';
import { StoreAway } from '../input-log/input-log.ts';
import { ask } from './connection.ts';
import { readScripts } from './script.ts';

const FOLDER = new URL('listing/', import.meta.url);
const EPOCHS = readFileSync(new URL('epoch.lua', FOLDER), 'utf8');
/** Colyseus's own key. */
const LISTINGS = ['roomcaches'];

export interface OwnedDriverPorts {
  processId(): string;
  /** Whether a process's lease is good. */
  isLeased(processId: string): Promise<boolean>;
}

export class OwnedDriver extends RedisDriver {
  readonly #redis: Redis;
  readonly #ports: OwnedDriverPorts;
  readonly #scripts = readScripts(FOLDER, ['insert', 'update', 'remove'], [EPOCHS]);
  /** Epochs of the rooms that this process has listed. */
  readonly #own = new Map<string, number>();

  /** The connection becomes the driver's: it is closed with it. */
  constructor(redis: Redis, ports: OwnedDriverPorts) {
    super(redis);
    this.#redis = redis;
    this.#ports = ports;
  }

  override has(roomId: string): Promise<boolean> {
    return this.#read(() => super.has(roomId));
  }

  override query(...conditions: Parameters<RedisDriver['query']>): Promise<IRoomCache[]> {
    return this.#read(() => super.query(...conditions));
  }

  override findOne(...conditions: Parameters<RedisDriver['findOne']>): Promise<IRoomCache> {
    return this.#read(() => super.findOne(...conditions));
  }

  override findByIds(roomIds: string[]): Promise<Map<string, IRoomCache>> {
    return this.#read(() => super.findByIds(roomIds));
  }

  /** False when another process has the room: the caller's is thrown away then. */
  async insert(listing: IRoomCache): Promise<boolean> {
    const epoch = epochOf(listing);
    const args = [listing.roomId, JSON.stringify(listing), epoch];
    const isListed = (await this.#scripts.insert.run(this.#redis, LISTINGS, args)) === 1;
    if (isListed) this.#own.set(listing.roomId, epoch);
    return isListed;
  }

  override async update(...[listing, { $set, $inc }]: Parameters<RedisDriver['update']>): Promise<true> {
    Object.assign(listing, $set);
    const counts = listing as unknown as Record<string, number>;
    for (const [field, by] of Object.entries($inc ?? {})) counts[field] = (counts[field] ?? 0) + Number(by);
    await this.persist(listing);
    return true;
  }

  /** `isNew` is set where Colyseus restores a listing that others have deleted. */
  override async persist(listing: IRoomCache, isNew = false): Promise<boolean> {
    if (!listing.roomId) return false;
    if (isNew) return this.insert(listing);
    const args = [listing.roomId, JSON.stringify(listing), epochOf(listing), this.#ports.processId()];
    return (await this.#scripts.update.run(this.#redis, LISTINGS, args)) === 1;
  }

  override async remove(roomId: string): Promise<boolean> {
    const epoch = this.#own.get(roomId);
    if (epoch === undefined) return false;
    this.#own.delete(roomId);
    const args = [roomId, epoch, this.#ports.processId()];
    try {
      return (await this.#scripts.remove.run(this.#redis, LISTINGS, args)) === 1;
    } catch (error) {
      // Nobody waits for this where Colyseus calls it. What stays listed goes when the process's lease has run out.
      if (error instanceof StoreAway) return false;
      throw error;
    }
  }

  async #read<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask(this.#redis, call);
    } catch (error) {
      // One answer serves all who ask meanwhile; Colyseus would let a failure serve them for ever.
      this['_concurrentRoomCacheRequest'] = undefined as never;
      this['_roomCacheRequestByName'] = {};
      throw error;
    }
  }

  /** Colyseus calls this for every process that missed one answer; while its lease is good its rooms stay listed. */
  override async cleanup(processId: string): Promise<void> {
    if (await this.#ports.isLeased(processId)) return;
    for (const listing of await this.query({ processId })) {
      const args = [listing.roomId, epochOf(listing), processId];
      await this.#scripts.remove.run(this.#redis, LISTINGS, args);
    }
  }
}

function epochOf(listing: IRoomCache): number {
  const { epoch } = (listing.metadata ?? {}) as { readonly epoch?: number };
  return epoch ?? 0;
}
