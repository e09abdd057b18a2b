/**
 * A connection to Redis that never leaves a caller waiting: what Redis does not answer is a `StoreAway` within 2 s, and
 * at once where it has been away for a while. A cut that heals at the first attempt is not felt: what was under way is
 * sent again. Else everything that waits is given up, so that no forgotten call takes effect when Redis comes back.
 */
import { Redis, ReplyError } from 'ioredis';
import { StoreAway } from '../input-log/input-log.ts';

const CALL_LIMIT_MS = 2_000;
const CONNECT_LIMIT_MS = 1_000;
const PAUSE_STEP_MS = 20;
const LONGEST_PAUSE_MS = 200;
/** For so long calls wait for a connection that was lost. */
const GRACE_MS = 200;
const PING_LIMIT_MS = 300;

/** Since when each connection that is down has been so; `performance.now()`. */
const downSince = new WeakMap<Redis, number>();

/** `address` is a URL or the path of a socket. Connects at once and for ever; its failures are told by an `Outage`. */
export function connectRedis(address: string): Redis {
  const redis = new Redis(address, {
    commandTimeout: CALL_LIMIT_MS,
    connectTimeout: CONNECT_LIMIT_MS,
    // The peer of a connection that says nothing may be gone without a word.
    socketTimeout: CALL_LIMIT_MS,
    maxRetriesPerRequest: 1,
    maxLoadingRetryTime: LONGEST_PAUSE_MS,
    retryStrategy: (attempt) => Math.min(PAUSE_STEP_MS * (attempt - 1), LONGEST_PAUSE_MS),
    // Who subscribes does so again by itself: ioredis would let a failure go unhandled.
    autoResubscribe: false,
    // Nothing may be said before the connection counts as ready: where a proxy takes it and closes it at once, ioredis
    // would call the connection of the presence ready that is no more, and never open another one.
    disableClientInfo: true,
  });
  const isDown = (): void => {
    if (!downSince.has(redis)) downSince.set(redis, performance.now());
  };
  isDown();
  redis.on('close', isDown);
  endSocketTimeouts(redis);
  redis.on('ready', () => downSince.delete(redis));
  // Without a listener each failure would go to the console.
  redis.on('error', () => {});
  return redis;
}

/** ioredis lets the time limit of a socket outlive it; what then ran out would be the next socket, which is well. */
export function endSocketTimeouts(redis: Redis): void {
  redis.on('close', () => {
    clearTimeout(redis['socketTimeoutTimer'] as NodeJS.Timeout | undefined);
    redis['socketTimeoutTimer'] = undefined;
  });
}

/** Whether Redis answers within 300 ms. */
export async function pingRedis(redis: Redis): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  // An answer that came while this process was busy is still to be read: timers run before that, immediates after it.
  const timer = setTimeout(() => setImmediate(() => late.resolve(false)), PING_LIMIT_MS);
  const answer = redis.ping().then(
    () => true,
    () => false,
  );
  return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
}

/** The answer to a call; rejects with `StoreAway` in place of the many ways in which Redis may not give one. */
export async function ask<Answer>(redis: Redis, call: () => Promise<Answer>): Promise<Answer> {
  const since = downSince.get(redis);
  if (since !== undefined && performance.now() - since > GRACE_MS) throw new StoreAway('Redis is away.');
  try {
    return await call();
  } catch (error) {
    throw translated(error);
  }
}

/**
 * Replies that say "not now": starting, a replica, a cluster that moves, a script that hangs, no disk, no memory, and
 * an operator who changes passwords.
 */
const AWAY =
  /^(?:LOADING|MASTERDOWN|READONLY|CLUSTERDOWN|TRYAGAIN|BUSY|MISCONF|OOM|NOREPLICAS|NOAUTH|WRONGPASS)\b/;

function translated(error: unknown): unknown {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof ReplyError && !AWAY.test(reason)) return error;
  return new StoreAway(`Redis does not answer: ${reason}`, { cause: error });
}
