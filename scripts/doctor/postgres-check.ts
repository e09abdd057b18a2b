/** PostgreSQL: whether it is there, what is in it, and whether it has room for our processes. */
import pg from 'pg';
import type { Config } from '../../src/config/config.ts';
import { connectionOptions } from '../../src/persistence/database/address.ts';
import { migrationsList } from '../../src/persistence/database/migrations/list.ts';
import { type ClockReading, judgeClock, readClock } from './clock-check.ts';
import { fault, type Finding, ok, reasonOf, warn } from './finding.ts';
import { judgeLatency, latencyOf } from './latency.ts';

export interface PostgresReading {
  /** As `server_version_num`. */
  readonly version: number;
  readonly encoding: string;
  readonly isReplica: boolean;
  /** Whether this user may make tables. */
  readonly mayCreate: boolean;
  /** For users like this one: in all, and taken by others than Endure. */
  readonly connectionsMax: number;
  readonly connectionsOfOthers: number;
  /** Names of those that were applied; null: none ever. */
  readonly migrations: readonly string[] | null;
  readonly latencyMs: number;
  readonly clock: ClockReading;
}

const CONNECT_MS = 5_000;
/** Older ones may do; nobody has tried. */
const LEAST_MAJOR = 15;
/** Beside the pool: of the recorder in a cluster, of the input log and the owner's lock alone. */
const BESIDE_POOL = 6;
/** Each is made only to be asked its name. */
const KNOWN = migrationsList.map((Known) => new Known(undefined as never, undefined as never).name);

/** `processes`: how many share the database. */
export async function checkPostgres(
  url: string,
  pool: Config['pool'],
  processes: number,
): Promise<Finding[]> {
  const client = new pg.Client({
    ...connectionOptions({ clientUrl: url }),
    application_name: 'endure doctor',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const needed = processes * (pool.max + BESIDE_POOL);
    return judgePostgres(await readPostgres(client), needed, processes);
  } catch (error) {
    return [fault(`PostgreSQL does not answer (${reasonOf(error)})`, adviceFor(error))];
  } finally {
    await client.end().catch(() => {});
  }
}

function adviceFor(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === '28P01' || code === '28000') return 'check user and password in DATABASE_URL';
  if (code === '3D000') return 'create the database, or name another one in DATABASE_URL';
  if (code === '53300') return 'raise max_connections, or lower DB_POOL_MAX';
  return 'check DATABASE_URL, and that PostgreSQL runs and may be reached from here';
}

const FACTS = `select current_setting('server_version_num')::int as version,
  current_setting('server_encoding') as encoding,
  pg_is_in_recovery() as "isReplica",
  has_schema_privilege(current_schema(), 'create') as "mayCreate",
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - coalesce(current_setting('reserved_connections', true)::int, 0) as "connectionsMax",
  (select count(*)::int from pg_stat_activity
    where backend_type = 'client backend' and application_name not like 'endure%') as "connectionsOfOthers"`;

type Facts = Omit<PostgresReading, 'migrations' | 'latencyMs' | 'clock'>;

async function readPostgres(client: pg.Client): Promise<PostgresReading> {
  const facts = (await client.query<Facts>(FACTS)).rows[0]!;
  const found = await client.query<{ found: boolean }>(
    `select to_regclass('mikro_orm_migrations') is not null as found`,
  );
  const migrations = found.rows[0]!.found
    ? (await client.query<{ name: string }>('select name from mikro_orm_migrations')).rows.map(
        ({ name }) => name,
      )
    : null;
  const latencyMs = await latencyOf(() => client.query('select 1'));
  const clock = await readClock(async () => {
    const sql = 'select extract(epoch from clock_timestamp())::float8 * 1000 as at';
    return (await client.query<{ at: number }>(sql)).rows[0]!.at;
  });
  return { ...facts, migrations, latencyMs, clock };
}

/** `needed`: connections that all processes may open. */
export function judgePostgres(reading: PostgresReading, needed: number, processes: number): Finding[] {
  const { latencyMs, clock } = reading;
  return [
    judgeVersion(reading.version),
    ...judgeKind(reading),
    judgeMigrations(reading.migrations),
    judgeConnections(reading, needed, processes),
    judgeLatency('PostgreSQL', latencyMs),
    judgeClock('PostgreSQL', clock),
  ];
}

function judgeVersion(version: number): Finding {
  const [major, minor] = [Math.floor(version / 10_000), version % 10_000];
  const text = `PostgreSQL ${major}.${minor}`;
  if (major >= LEAST_MAJOR) return ok(`${text}.`);
  return warn(`${text} is older than any that Endure was tried with`, 'it was made with 18');
}

function judgeKind({ encoding, isReplica, mayCreate }: PostgresReading): Finding[] {
  const findings: Finding[] = [];
  if (encoding !== 'UTF8')
    findings.push(fault(`The database is encoded in ${encoding}`, 'names need one in UTF8'));
  if (isReplica)
    findings.push(
      fault('This PostgreSQL is a replica and takes no writes', 'put its primary into DATABASE_URL'),
    );
  if (!mayCreate)
    findings.push(
      warn(
        'This user may not make tables',
        'grant create on the schema, or run npm run migrate as one who may',
      ),
    );
  return findings;
}

function judgeMigrations(applied: PostgresReading['migrations']): Finding {
  const unknown = applied?.find((name) => !KNOWN.includes(name));
  if (unknown !== undefined)
    return warn(
      `A newer version has changed this database (${unknown})`,
      'this one runs on it, for going back; else start that version',
    );
  const pending = KNOWN.filter((name) => !applied?.includes(name));
  if (pending.length === 0) return ok('All migrations are applied.');
  const advice = 'the next start applies them; to do it before: npm run migrate';
  return warn(
    applied === null
      ? 'The database is empty'
      : `${pending.length} migrations are pending (${pending.join(', ')})`,
    advice,
  );
}

function judgeConnections(
  { connectionsMax, connectionsOfOthers }: PostgresReading,
  needed: number,
  processes: number,
): Finding {
  const left = connectionsMax - connectionsOfOthers;
  const text = `${processes} ${processes === 1 ? 'process' : 'processes'} may open ${needed} connections to PostgreSQL, which has ${left} for them`;
  const advice = 'raise max_connections, or lower DB_POOL_MAX';
  if (left < needed / processes) return fault(text, advice);
  return left < needed ? warn(text, advice) : ok(`${text}.`);
}
