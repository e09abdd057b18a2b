/** What connections ask for, each in the order of asking, and refusals that are thrown on the way, as values. */
import { CodedError, errorBody, type ErrorBody } from '../errors.ts';
import { StoreAway } from '../persistence/input-log/input-log.ts';
import type { Reply } from '../rooms/message-gate.ts';

export class Turns {
  /** What each connection has asked last. */
  readonly #last = new WeakMap<object, Promise<Reply>>();

  /** A leave must not overtake the join before it. */
  take(connection: object, work: () => Promise<Reply>): Promise<Reply> {
    const act = (): Promise<Reply> => coded(work);
    const turn = this.#last.get(connection)?.then(act, act) ?? act();
    this.#last.set(connection, turn);
    return turn;
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
