/** Writes the records of ended battles into PostgreSQL, each in one transaction. */
import pg from 'pg';
import type { BattleRecord } from '../../battle/record.ts';
import type { DatabaseAddress } from '../database/address.ts';
import type { PoolFigures } from '../database/pool-figures.ts';
import { StoreAway } from '../input-log/input-log.ts';
import { LogPool } from '../input-log/postgres/log-pool.ts';
import { DRAINERS } from '../outbox.ts';
import type { Recorder } from '../outbox.ts';
import { recordBattle } from '../results/record.ts';
import type { Recorded } from '../results/results.ts';

/** SQLSTATE classes that blame the record: wrong data, violated constraint. */
const REFUSED = /^2[23]/;

export class PostgresRecorder implements Recorder {
  readonly #pool: LogPool;

  /** Connects on first use. */
  constructor(address: DatabaseAddress) {
    this.#pool = new LogPool(address, DRAINERS);
  }

  get pool(): PoolFigures {
    return this.#pool.figures;
  }

  async record(record: BattleRecord): Promise<Recorded | null> {
    try {
      const { result } = await this.#pool.transaction(async (query) => {
        const recorded = await recordBattle(query, record);
        return { commit: recorded !== null, result: recorded };
      });
      return result;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || REFUSED.test(error.code ?? '')) throw error;
      // Such as a table that is not there: it would refuse every record.
      throw new StoreAway(`The database cannot record battles: ${error.message}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}
