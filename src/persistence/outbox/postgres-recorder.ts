/** Writes the records of ended battles into PostgreSQL: one statement, one transaction. */
import pg from 'pg';
import type { BattleRecord } from '../../battle/record.ts';
import type { DatabaseAddress } from '../database/address.ts';
import { StoreAway } from '../input-log/input-log.ts';
import { finishedRows } from '../input-log/postgres/finished-rows.ts';
import { LogPool } from '../input-log/postgres/log-pool.ts';
import { RECORD } from '../input-log/postgres/statements.ts';
import { DRAINERS } from '../outbox.ts';
import type { Recorder } from '../outbox.ts';

/** SQLSTATE classes that blame the record: wrong data, violated constraint. */
const REFUSED = /^2[23]/;

export class PostgresRecorder implements Recorder {
  readonly #pool: LogPool;

  /** Connects on first use. */
  constructor(address: DatabaseAddress) {
    this.#pool = new LogPool(address, DRAINERS);
  }

  async record(record: BattleRecord): Promise<boolean> {
    const statement = { name: 'record', text: RECORD, values: finishedRows(record) };
    try {
      return (await this.#pool.query(statement)).rowCount === 1;
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
