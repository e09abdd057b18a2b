/**
 * Connections of the input log's own, apart from the ORM's: a burst of queries elsewhere must not hold up a turn. Every
 * failure to get an answer in time is a `StoreAway`; the connection is thrown away then, for a late answer is no answer.
 */
import pg from 'pg';
import { connectionOptions } from '../../database/address.ts';
import type { DatabaseAddress } from '../../database/address.ts';
import { type PoolFigures, poolFigures } from '../../database/pool-figures.ts';
import { StoreAway } from '../input-log.ts';

/** For connecting, and again for the answer. */
const CALL_LIMIT_MS = 2_000;

export interface Statement {
  /** Prepared once per connection under this name. */
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
}

export type Query = <Row extends pg.QueryResultRow>(statement: Statement) => Promise<pg.QueryResult<Row>>;

/** What a transaction did, and whether that shall stay. */
export interface Attempt<Result> {
  readonly commit: boolean;
  readonly result: Result;
}

export class LogPool {
  readonly #pool: pg.Pool;

  /** `settings` are server parameters of the session. */
  constructor(address: DatabaseAddress, max: number, settings: Readonly<Record<string, string>> = {}) {
    this.#pool = new pg.Pool({
      options: Object.entries(settings)
        .map(([key, value]) => `-c ${key}=${value}`)
        .join(' '),
      ...connectionOptions(address),
      max,
      connectionTimeoutMillis: CALL_LIMIT_MS,
      query_timeout: CALL_LIMIT_MS,
      // What we gave up must not hold its locks for longer than that.
      statement_timeout: CALL_LIMIT_MS,
      idle_in_transaction_session_timeout: CALL_LIMIT_MS,
    });
    // A connection that the server cuts says so to nobody in particular; the next call finds out.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => {
      client.on('error', () => {});
    });
  }

  get figures(): PoolFigures {
    return poolFigures(this.#pool);
  }

  query<Row extends pg.QueryResultRow>(statement: Statement): Promise<pg.QueryResult<Row>> {
    return asked(() => this.#pool.query<Row>(statement));
  }

  /** Rows as arrays: cheaper to read where there are many. */
  rows<Row extends unknown[]>(statement: Statement): Promise<Row[]> {
    return asked(async () => (await this.#pool.query<Row>({ ...statement, rowMode: 'array' })).rows);
  }

  /** What `work` itself throws comes out as it is. */
  async transaction<Result>(work: (query: Query) => Promise<Attempt<Result>>): Promise<Attempt<Result>> {
    const client = await asked(() => this.#pool.connect());
    try {
      await asked(() => client.query('begin'));
      const attempt = await work((statement) => asked(() => client.query(statement)));
      await asked(() => client.query(attempt.commit ? 'commit' : 'rollback'));
      client.release();
      return attempt;
    } catch (error) {
      // Cut, not rolled back: the server does that itself when the connection goes.
      client.release(true);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/**
 * SQLSTATE classes that say "not now": connection, authorisation, unknown database (being made), transaction rollback
 * (deadlock), resources, operator intervention (shutdown, cancelled, starting up), system error. `25006`: a standby.
 */
const AWAY = /^(?:08|28|3D|40|53|57|58)|^25006$/;

async function asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    throw translated(error);
  }
}

function translated(error: unknown): unknown {
  if (error instanceof pg.DatabaseError && !AWAY.test(error.code ?? '')) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreAway(`The input log's database does not answer: ${reason}`, { cause: error });
}
