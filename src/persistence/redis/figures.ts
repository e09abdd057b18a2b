/** What Redis says of itself, for the operator. */
import type { Redis } from 'ioredis';
import { ask } from './connection.ts';
import { factsOf } from './durability.ts';

export interface RedisFigures {
  /** Bytes. */
  readonly usedMemory: number;
  readonly peakMemory: number;
  /** 0: no bound. */
  readonly maxMemory: number;
  readonly keys: number;
  /** Keys dropped for want of memory: anything but 0 has cost battles. */
  readonly evictedKeys: number;
  readonly clients: number;
  readonly operationsPerSecond: number;
  /** Seconds. */
  readonly uptime: number;
  /** It keeps an append-only file, and could write it the last time. */
  readonly isAppendOnly: boolean;
}

/** Of one of our connections. */
export interface ConnectionFigures {
  readonly isUp: boolean;
  /** Calls that have no answer yet. */
  readonly waiting: number;
}

export function connectionFigures(redis: Redis): ConnectionFigures {
  const waiting = redis.commandQueue.length + redis['offlineQueue'].length;
  return { isUp: redis.status === 'ready', waiting };
}

/** Rejects with `StoreAway`. */
export async function redisFigures(redis: Redis): Promise<RedisFigures> {
  const sections = ['memory', 'stats', 'clients', 'server', 'persistence'];
  const [keys, ...texts] = await ask(redis, () =>
    Promise.all([redis.dbsize(), ...sections.map((section) => redis.info(section))]),
  );
  const facts = new Map(texts.flatMap(factsOf));
  const number = (name: string): number => Number(facts.get(name) ?? 0);
  return {
    usedMemory: number('used_memory'),
    peakMemory: number('used_memory_peak'),
    maxMemory: number('maxmemory'),
    keys,
    evictedKeys: number('evicted_keys'),
    clients: number('connected_clients'),
    operationsPerSecond: number('instantaneous_ops_per_sec'),
    uptime: number('uptime_in_seconds'),
    isAppendOnly: facts.get('aof_enabled') === '1' && facts.get('aof_last_write_status') !== 'err',
  };
}
