/**
 * The clean-up in Redis. It walks over everything with SCAN, some at a time. Whether something is an orphan is decided
 * in the same script that removes it: nothing is judged by what it was a moment ago. Any process may run it, several at
 * once too.
 *
 * What has an expiry needs no cleaning: the ends of recorded battles, penalties, opponents, challenges, and Colyseus's `ch:*` and
 * `swept:*`. Nor do channels: they go with their connections.
 */
import type { Redis } from 'ioredis';
import { noOrphans } from '../cleaner.ts';
import type { Cleaner, OrphanCounts, OrphanFamily } from '../cleaner.ts';
import { cleanUpFamilies } from './cleanup/families.ts';
import type { Families, Family, MemberFamily } from './cleanup/families.ts';
import { ask } from './connection.ts';
import type { RedisKeys } from './keys.ts';
import { REDIS_CLOCK } from './script.ts';

/** Judged in one script, during which Redis does nothing else: an append must not feel it. */
const CHUNK = 100;
/**
 * A Redis that has just come back shows no lease and no listener of anybody; within this, in milliseconds, whoever
 * lives has renewed its lease.
 */
const SETTLED_MS = 10_000;

export class RedisCleaner implements Cleaner {
  readonly #redis: Redis;
  readonly #beginning: string;
  readonly #families: Families;
  readonly #connectedMs: () => number;

  /**
   * The connection is the caller's to close. `connectedMs` tells for how long Redis has been there without a break, in
   * milliseconds: before ten seconds of it nothing is taken for a dead process's.
   */
  constructor(redis: Redis, keys: RedisKeys, connectedMs: () => number, clock: string = REDIS_CLOCK) {
    this.#redis = redis;
    this.#beginning = keys.beginning;
    this.#families = cleanUpFamilies(keys, clock);
    this.#connectedMs = connectedMs;
  }

  async cleanUp(isDryRun: boolean): Promise<OrphanCounts> {
    const round = new Round(this.#redis, isDryRun);
    const { ofMembers, ofProcesses } = this.#families;
    const queues = await this.#cleanKeys(round);
    const isSettled = this.#connectedMs() > SETTLED_MS;
    for (const family of [...ofMembers, ...queues, ...(isSettled ? ofProcesses : [])])
      for await (const members of membersOf(this.#redis, family))
        await round.judge(family, members, family.key);
    return round.counts();
  }

  /** Answers the queues that it met on its way. */
  async #cleanKeys(round: Round): Promise<MemberFamily[]> {
    const { ofKeys, waiting } = this.#families;
    const queues = new Set<string>();
    for await (const keys of keysWith(this.#redis, this.#beginning)) {
      for (const family of ofKeys) await round.judge(family, idsOf(keys, family.beginning), '');
      for (const key of keys) {
        if (key.startsWith(waiting.key)) queues.add(key);
        else if (!this.#isKnown(key)) round.found('unknown', '', [key]);
      }
    }
    return [...queues].map((key) => ({ ...waiting, key }));
  }

  #isKnown(key: string): boolean {
    const { ofKeys, ofMembers, ofProcesses, counters } = this.#families;
    return (
      counters.includes(key) ||
      ofKeys.some(({ beginning }) => key.startsWith(beginning)) ||
      [...ofMembers, ...ofProcesses].some((family) => family.key === key)
    );
  }
}

/** One walk. Orphans are counted by what they are: a scan may show the same twice. */
class Round {
  readonly #redis: Redis;
  readonly #isDryRun: boolean;
  readonly #orphans = new Map<OrphanFamily, Set<string>>();

  constructor(redis: Redis, isDryRun: boolean) {
    this.#redis = redis;
    this.#isDryRun = isDryRun;
  }

  /** `key` is what the ids are members of; empty for keys. */
  async judge({ name, script, keys }: Family, ids: readonly string[], key: string): Promise<void> {
    for (let from = 0; from < ids.length; from += CHUNK) {
      const args = [name, this.#isDryRun ? 0 : 1, key, ...ids.slice(from, from + CHUNK)];
      this.found(name, key, (await script.run(this.#redis, keys, args)) as string[]);
    }
  }

  found(name: OrphanFamily, key: string, ids: readonly string[]): void {
    const orphans = this.#orphans.get(name) ?? new Set();
    this.#orphans.set(name, orphans);
    for (const id of ids) orphans.add(`${key} ${id}`);
  }

  counts(): OrphanCounts {
    const counts = noOrphans();
    for (const [name, orphans] of this.#orphans) counts[name] = orphans.size;
    return counts;
  }
}

function idsOf(keys: readonly string[], beginning: string): string[] {
  return keys.filter((key) => key.startsWith(beginning)).map((key) => key.slice(beginning.length));
}

async function* keysWith(redis: Redis, beginning: string): AsyncGenerator<string[]> {
  const pattern = `${beginning.replaceAll(/[*?[\]\\]/g, '\\$&')}*`;
  yield* pages((cursor) => ask(redis, () => redis.scan(cursor, 'MATCH', pattern, 'COUNT', CHUNK)));
}

async function* membersOf(redis: Redis, { key, scan }: MemberFamily): AsyncGenerator<string[]> {
  const hasValues = scan !== 'sscan';
  const found = pages((cursor) => ask(redis, () => redis[scan](key, cursor, 'COUNT', CHUNK)));
  for await (const page of found) yield hasValues ? page.filter((_, index) => index % 2 === 0) : page;
}

async function* pages(
  next: (cursor: string) => Promise<[cursor: string, page: string[]]>,
): AsyncGenerator<string[]> {
  let cursor = '0';
  do {
    const [after, page] = await next(cursor);
    yield page;
    cursor = after;
  } while (cursor !== '0');
}
