/** What the stores say. The same in every process: to be taken at its maximum, not added up. */
import { counter, type Family, gauge, secondsOf } from './family.ts';

export const SHARED: readonly Family[] = [
  gauge('endure_processes', 'Processes that live.', ({ processes }) => processes?.length ?? null),
  gauge(
    'endure_queue_length',
    'Tickets that wait, by format.',
    ({ queues }) => queues && Object.entries(queues).map(([format, length]) => [{ format }, length]),
    ['format'],
  ),
  gauge(
    'endure_outbox_waiting',
    'Battles that have ended and wait to be recorded.',
    ({ outbox }) => outbox?.waiting ?? null,
  ),
  gauge(
    'endure_outbox_aside',
    'Battles that could not be recorded and are set aside.',
    ({ outbox }) => outbox?.aside ?? null,
  ),
  gauge(
    'endure_outbox_age_seconds',
    'Since the last input of the battle that waits longest.',
    ({ outbox }) => outbox && secondsOf(outbox.oldestMs ?? 0),
  ),
  gauge('endure_redis_memory_bytes', 'Memory of Redis.', ({ redis }) => redis?.usedMemory ?? null),
  gauge(
    'endure_redis_memory_max_bytes',
    'Most memory that Redis may take; 0: no bound.',
    ({ redis }) => redis?.maxMemory ?? null,
  ),
  gauge('endure_redis_keys', 'Keys in Redis.', ({ redis }) => redis?.keys ?? null),
  gauge('endure_redis_clients', 'Connections to Redis, of anybody.', ({ redis }) => redis?.clients ?? null),
  counter(
    'endure_redis_evicted_keys_total',
    'Keys that Redis dropped for want of memory: each may have cost a battle.',
    ({ redis }) => redis?.evictedKeys ?? null,
  ),
  gauge(
    'endure_redis_append_only',
    '1 while Redis keeps an append-only file and can write it.',
    ({ redis }) => redis && Number(redis.isAppendOnly),
  ),
];
