/** How busy a pool of connections to PostgreSQL is. */
import type pg from 'pg';

export interface PoolFigures {
  /** Open connections, busy ones and idle ones. */
  readonly size: number;
  readonly idle: number;
  /** Calls that wait for a connection. */
  readonly waiting: number;
}

/** undefined: a pool that nobody has needed yet. */
export function poolFigures(pool: pg.Pool | undefined): PoolFigures {
  const { totalCount = 0, idleCount = 0, waitingCount = 0 } = pool ?? {};
  return { size: totalCount, idle: idleCount, waiting: waitingCount };
}
