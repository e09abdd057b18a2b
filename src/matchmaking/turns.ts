/** What connections ask for, each in the order of asking, and refusals that are thrown on the way, as values. */
import { LIMITS } from '../config/limits.ts';
import { CodedError, errorBody, type ErrorBody } from '../errors.ts';
import { StoreAway } from '../persistence/input-log/input-log.ts';
import type { Reply } from '../rooms/message-gate.ts';

/** What who has too much waiting is told to wait, in milliseconds. */
const WAIT_MS = 1_000;

interface Line {
  readonly last: Promise<Reply>;
  readonly length: number;
}

export class Turns {
  /** What each connection has asked last, and how much waits with it. */
  readonly #lines = new WeakMap<object, Line>();

  /** A leave must not overtake the join before it. Too many that wait are `RATE_LIMITED`. */
  async take(connection: object, work: () => Promise<Reply>): Promise<Reply> {
    const line = this.#lines.get(connection);
    const length = line?.length ?? 0;
    if (length >= LIMITS.queueTurns)
      return { ok: false, error: errorBody('RATE_LIMITED', undefined, { retryAfterMs: WAIT_MS }) };
    const act = (): Promise<Reply> => coded(work);
    const turn = line?.last.then(act, act) ?? act();
    this.#lines.set(connection, { last: turn, length: length + 1 });
    try {
      return await turn;
    } finally {
      this.#leave(connection);
    }
  }

  #leave(connection: object): void {
    const { last, length } = this.#lines.get(connection)!;
    this.#lines.set(connection, { last, length: length - 1 });
  }
}

/** Refusals that were thrown, as values. */
export async function coded(work: () => Promise<Reply>): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    return { ok: false, error: refusalOf(error) };
  }
}

function refusalOf(error: unknown): ErrorBody {
  if (error instanceof CodedError) return error.body;
  if (error instanceof StoreAway) return errorBody('REDIS_UNAVAILABLE');
  throw error;
}
