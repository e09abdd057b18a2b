/** Leases of processes in Redis, by Redis's clock. */
import type { Redis } from 'ioredis';
import type { RedisKeys } from './keys.ts';
import { readScripts, REDIS_CLOCK } from './script.ts';

const FOLDER = new URL('leases/', import.meta.url);

/** What a process says of itself. The store does not look into it. */
export interface Leased {
  readonly id: string;
}

export class RedisLeases<Info extends Leased> {
  readonly #redis: Redis;
  readonly #keys: readonly string[];
  readonly #scripts = readScripts(FOLDER, ['renew', 'alive', 'release'], [REDIS_CLOCK]);
  readonly #now: () => number;
  #connectedAt: number | null = null;

  /** The connection is the caller's to close. `now` is monotonic, in milliseconds. */
  constructor(
    redis: Redis,
    { leases, processes }: Pick<RedisKeys, 'leases' | 'processes'>,
    now: () => number,
  ) {
    this.#redis = redis;
    this.#keys = [leases, processes];
    this.#now = now;
    if (redis.status === 'ready') this.#connectedAt = now();
    redis.on('ready', () => {
      this.#connectedAt = now();
    });
    redis.on('close', () => {
      this.#connectedAt = null;
    });
  }

  /** Rejects with `StoreAway`, as all of them do. */
  async renew(info: Info, leaseMs: number): Promise<void> {
    await this.#scripts.renew.run(this.#redis, this.#keys, [info.id, JSON.stringify(info), leaseMs]);
  }

  async release(id: string): Promise<void> {
    await this.#scripts.release.run(this.#redis, this.#keys, [id]);
  }

  /** Processes whose lease is good by Redis's clock. */
  async alive(): Promise<readonly Info[]> {
    const texts = (await this.#scripts.alive.run(this.#redis, this.#keys, [])) as (string | null)[];
    return texts.flatMap((text) => (text === null ? [] : [JSON.parse(text) as Info]));
  }

  /** For how long this connection has stood. A restarted Redis has forgotten how long leases had to go. */
  connectedMs(): number {
    return this.#connectedAt === null ? 0 : this.#now() - this.#connectedAt;
  }
}
