/**
 * The hot path: the appends of all battles that wait go to the server as one prepared statement. One statement is under
 * way at a time; what arrives meanwhile goes into the next.
 */
import type { BattleId } from '../../../battle/ids.ts';
import type { NewEntry } from '../../../battle/input.ts';
import { StoreAway } from '../input-log.ts';
import type { AppendResult } from '../input-log.ts';
import type { LogPool } from './log-pool.ts';
import { APPEND } from './statements.ts';

/** Rows of one statement: about 5 ms of the server's time. */
const BATCH_MAX = 500;
/** A row is asked for again only when another statement changed its battle at the same moment. */
const ASKS_MAX = 20;

interface Pending {
  readonly row: string;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
  asks: number;
}

const FENCED: AppendResult = { kind: 'fenced' };
const CONFLICT: AppendResult = { kind: 'conflict' };

export class AppendQueue {
  readonly #pool: LogPool;
  #waiting: Pending[] = [];
  #isBusy = false;

  constructor(pool: LogPool) {
    this.#pool = pool;
  }

  append(id: BattleId, epoch: number, length: number, { input, print }: NewEntry): Promise<AppendResult> {
    const isPlayed = input.type === 'choice' || input.type === 'forfeit';
    const row = JSON.stringify([id, epoch, length, isPlayed, JSON.stringify({ input, print })]);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ row, resolve, reject, asks: 0 });
      if (this.#isBusy) return;
      this.#isBusy = true;
      // After the messages of all sockets that are readable in this turn of the event loop.
      setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_MAX);
      try {
        await this.#send(batch);
      } catch (error) {
        for (const pending of batch) pending.reject(error);
      }
    }
    this.#isBusy = false;
  }

  async #send(batch: readonly Pending[]): Promise<void> {
    const rows = await this.#pool.rows<[verdict: string, at: string | null]>({
      name: 'append',
      text: APPEND,
      values: [`[${batch.map((pending) => pending.row).join(',')}]`],
    });
    batch.forEach((pending, index) => {
      const [verdict, at] = rows[index] ?? ['', null];
      this.#answer(pending, verdict, at);
    });
  }

  #answer(pending: Pending, verdict: string, at: string | null): void {
    if (verdict === '+') pending.resolve({ kind: 'appended', at: Number(at) });
    else if (verdict === 'f') pending.resolve(FENCED);
    else if (verdict === 'c') pending.resolve(CONFLICT);
    else if (verdict === 'a' && pending.asks < ASKS_MAX) {
      pending.asks += 1;
      this.#waiting.push(pending);
    } else pending.reject(new StoreAway('The input log gave no definite answer.'));
  }
}
