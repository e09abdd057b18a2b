/** A process that brings ended battles from Redis into the database until it is killed, and says what it did. */
import type { BattleId } from '../../src/battle/ids.ts';
import type { DatabaseAddress } from '../../src/persistence/database/address.ts';
import { OutboxDrainer, type Recorder } from '../../src/persistence/outbox.ts';
import { PostgresRecorder } from '../../src/persistence/outbox/postgres-recorder.ts';
import { RedisOutbox } from '../../src/persistence/outbox/redis-outbox.ts';
import { connectRedis } from '../../src/persistence/redis/connection.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import type { Unlocked } from '../../src/persistence/results/results.ts';

export interface DrainerOrder {
  readonly redis: string;
  readonly prefix: string;
  /** The script's own, see `REDIS_CLOCK`. */
  readonly clock: string;
  readonly database: DatabaseAddress;
}

export type FromDrainer =
  | { readonly kind: 'recorded'; readonly id: BattleId; readonly unlocked: readonly Unlocked[] }
  /** It was in the database: whoever had it before could not say so any more. */
  | { readonly kind: 'again'; readonly id: BattleId }
  | { readonly kind: 'aside'; readonly error: string }
  | { readonly kind: 'failed' };

function say(message: FromDrainer): void {
  process.send!(message);
}

function drain({ redis, prefix, clock, database }: DrainerOrder): void {
  const direct = new PostgresRecorder(database);
  const recorder: Recorder = {
    record: async (record) => {
      const recorded = await direct.record(record);
      if (!recorded) say({ kind: 'again', id: record.opening.id });
      return recorded;
    },
  };
  const outbox = new RedisOutbox(connectRedis(redis), redisKeys(prefix), clock);
  new OutboxDrainer(outbox, recorder, {
    recorded: ({ battleId, unlocked }) => say({ kind: 'recorded', id: battleId, unlocked }),
    aside: (_, error) => say({ kind: 'aside', error: String(error) }),
    failed: () => say({ kind: 'failed' }),
  }).start();
}

process.once('message', (order: DrainerOrder) => drain(order));
process.once('disconnect', () => process.exit());
