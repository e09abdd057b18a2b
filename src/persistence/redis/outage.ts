/** Tells of an outage of Redis in a few lines, however many connections fail however often while it lasts. */
import type { Redis } from 'ioredis';
import type { Logger } from '../../telemetry/logger.ts';

/** The shortest time between two lines about one outage, in milliseconds. */
const AGAIN_MS = 10_000;

export interface Outage {
  /** Hears of the connection's failures from here on. */
  watch(name: string, redis: Redis): void;
}

/** `now` is a monotonic clock in milliseconds. */
export function createOutage(logger: Logger, now: () => number): Outage {
  const down = new Set<string>();
  let beganAt = 0;
  let toldAt = 0;

  function failed(name: string, error: Error): void {
    const at = now();
    if (down.size === 0) beganAt = at;
    else if (at - toldAt < AGAIN_MS) {
      down.add(name);
      return;
    }
    down.add(name);
    toldAt = at;
    const figures = { connections: [...down], awayMs: Math.round(at - beganAt) };
    logger.warn({ err: error, ...figures }, 'Redis does not answer');
  }

  function ready(name: string): void {
    if (!down.delete(name) || down.size > 0) return;
    logger.info({ awayMs: Math.round(now() - beganAt) }, 'Redis answers again');
  }

  return {
    watch: (name, redis) => {
      redis.on('error', (error: Error) => failed(name, error));
      redis.on('ready', () => ready(name));
    },
  };
}
