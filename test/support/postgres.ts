/** One PostgreSQL for the whole run, started by whoever asks first, and a fresh migrated database for each who asks. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { DatabaseAddress } from '../../src/persistence/database/address.ts';
import { connectionOptions } from '../../src/persistence/database/address.ts';
import { migrate } from '../../src/persistence/database/migrate.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { startEmbeddedPostgres } from '../../src/persistence/embedded-postgres.ts';
import type { EmbeddedPostgres } from '../../src/persistence/embedded-postgres.ts';

export type SocketAddress = Extract<DatabaseAddress, { host: string }> & { readonly database: string };

export interface FreshDatabase {
  readonly connection: SocketAddress;
  /** Cuts whoever is still connected. */
  drop(): Promise<void>;
}

interface TestServer {
  readonly postgres: EmbeddedPostgres;
  readonly dir: string;
}

const TEMPLATE = 'migrated';
let server: Promise<TestServer> | undefined;
let databases = 0;

/** A database with every migration applied and no rows. */
export async function freshDatabase(): Promise<FreshDatabase> {
  return create(`template ${TEMPLATE}`);
}

/** A database without any table. */
export async function emptyDatabase(): Promise<FreshDatabase> {
  return create('');
}

/** A directory that the account which runs PostgreSQL can enter. */
export async function temporaryDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'endure-test-'));
  await chmod(dir, 0o755);
  return dir;
}

export async function stopTestPostgres(): Promise<void> {
  const running = await server;
  server = undefined;
  await running?.postgres.stop();
  if (running) await rm(running.dir, { recursive: true, force: true });
}

/** One statement as the superuser, on a connection of its own. */
export async function runSql(address: DatabaseAddress, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client(connectionOptions(address));
  // The statement may be one that cuts connections.
  client.on('error', () => {});
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

async function create(from: string): Promise<FreshDatabase> {
  server ??= start();
  const { host, port } = (await server).postgres;
  databases += 1;
  const database = `test_${databases}`;
  await runSql({ host, port }, `create database ${database} ${from}`);
  return {
    connection: { host, port, database },
    drop: async () => void (await runSql({ host, port }, `drop database ${database} with (force)`)),
  };
}

async function start(): Promise<TestServer> {
  const dir = await temporaryDirectory();
  const postgres = await startEmbeddedPostgres({ dataDir: dir, fsync: false });
  const { host, port } = postgres;
  await runSql({ host, port }, `create database ${TEMPLATE}`);
  const orm = await initOrm({ connection: { host, port, database: TEMPLATE } });
  await migrate(orm);
  await orm.close();
  return { postgres, dir };
}
