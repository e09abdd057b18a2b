/** A process that brings ended battles from Redis into the database, and measures for how long it does nothing else. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { OutboxDrainer } from '../../src/persistence/outbox.ts';
import { PostgresRecorder } from '../../src/persistence/outbox/postgres-recorder.ts';
import { RedisOutbox } from '../../src/persistence/outbox/redis-outbox.ts';
import { connectRedis } from '../../src/persistence/redis/connection.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { REDIS_CLOCK } from '../../src/persistence/redis/script.ts';
import type { DrainerOrder } from './finishes.child.ts';

/** Of the loop, in milliseconds, beyond the pause of the clock that measures it. */
export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly recorded: number;
}

const RESOLUTION_MS = 5;

function begin({ redis, prefix, database }: Omit<DrainerOrder, 'clock'>): void {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let recorded = 0;
  const outbox = new RedisOutbox(connectRedis(redis), redisKeys(prefix), REDIS_CLOCK);
  const drainer = new OutboxDrainer(outbox, new PostgresRecorder(database), {
    recorded: () => {
      recorded += 1;
      // What is prepared once is not what is measured.
      if (recorded === 1) histogram.enable();
    },
    aside: (_, error) => {
      throw error;
    },
    failed: (error) => {
      throw error;
    },
  });
  drainer.start();
  process.once('message', () => {
    const beyond = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    process.send!({
      p50: beyond(histogram.percentile(50)),
      p99: beyond(histogram.percentile(99)),
      max: beyond(histogram.max),
      recorded,
    } satisfies Delays);
  });
}

process.once('message', (order: DrainerOrder) => begin(order));
process.once('disconnect', () => process.exit());
