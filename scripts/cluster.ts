/**
 * A cluster on this machine, to try it out: WORKERS processes (3) on consecutive ports from PORT on, one embedded
 * database, and a Redis that is found. All of it is kept alive until this is stopped, and all of it lies in DATA_DIR.
 * With REDIS_FSYNC=always not even a power cut costs a choice; each takes longer then.
 */
import { join, resolve } from 'node:path';
import { type Config, loadConfig } from '../src/config/config.ts';
import { localSecret } from '../src/config/local-secret.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/persistence/embedded-postgres.ts';
import { KeptAlive } from './cluster/kept-alive.ts';
import { findRedis, type LocalRedis, localRedis, type RedisSync } from './cluster/local-redis.ts';
import { NODE_FLAGS } from './node-flags.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const WORKERS = 3;
const WORKERS_MAX = 16;
const LISTENS = /^Endure is listening on /;
/** Of the database's 100. */
const CONNECTIONS_MAX = 60;
/** Longer than a process takes to hand its battles over, at most 15 s. */
const KILL_MS = 20_000;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fault(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(2);
}

function workers(): number {
  const count = Number(process.env['WORKERS'] ?? WORKERS);
  if (Number.isInteger(count) && count >= 1 && count <= WORKERS_MAX) return count;
  return fault(`WORKERS must be a whole number from 1 to ${WORKERS_MAX}.`);
}

function redisSync(): RedisSync {
  const sync = process.env['REDIS_FSYNC'] ?? 'everysec';
  if (sync === 'everysec' || sync === 'always') return sync;
  return fault('REDIS_FSYNC must be everysec or always.');
}

function readConfig(): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    return fault((error as Error).message);
  }
}

/** What the processes share; the secrets by the files that they are in. */
async function sharedEnvironment(
  dataDir: string,
  count: number,
  postgres: EmbeddedPostgres,
  redis: LocalRedis,
): Promise<Record<string, string>> {
  await localSecret(dataDir, 'jwt-secret');
  await localSecret(dataDir, 'cluster-secret');
  const at = `host=${encodeURIComponent(postgres.host)}&port=${postgres.port}`;
  return {
    DATA_DIR: dataDir,
    DATABASE_URL: `postgresql://postgres@localhost/postgres?${at}`,
    DB_POOL_MAX: String(Math.floor(CONNECTIONS_MAX / count)),
    REDIS_URL: redis.url,
    CLUSTER_SECRET_FILE: resolve(dataDir, 'cluster-secret'),
  };
}

function server(port: number): KeptAlive {
  return new KeptAlive({
    name: `The process on port ${port}`,
    command: ['env', `PORT=${port}`, process.execPath, ...NODE_FLAGS, 'src/main.ts'],
    cwd: ROOT,
    ready: LISTENS,
    stopMs: KILL_MS,
    onLine: (line) => say(`[${port}] ${line}`),
    onNotice: say,
  });
}

async function main(): Promise<void> {
  const count = workers();
  const sync = redisSync();
  const { host, port, dataDir: given } = readConfig();
  const dataDir = resolve(given);
  for (const key of ['DATABASE_URL', 'REDIS_URL', 'CLUSTER_SECRET'])
    if (process.env[key] ?? process.env[`${key}_FILE`])
      fault(`${key} is set, but npm run cluster brings its own: unset it, or start the processes yourself.`);
  const binary = findRedis() ?? process.exit(2);

  /** In the order of their start; stopped the other way round. */
  const running: { stop(): Promise<void> }[] = [];
  let stopped: Promise<void> | undefined;
  const stop = async (status: number): Promise<void> => {
    const servers = running.slice(2);
    await Promise.all(servers.map((process) => process.stop()));
    for (const store of running.slice(0, 2).toReversed()) await store.stop();
    process.exit(status);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      stopped ??= stop(0);
    });

  try {
    const postgres = await startEmbeddedPostgres({
      // Where npm start has it: the same users and teams.
      dataDir: join(dataDir, 'postgres'),
      onNotice: say,
    });
    running.push(postgres);
    const redis = await localRedis(binary, dataDir, sync, say);
    running.push(redis.process);
    await redis.process.start();
    // The children take their environment from ours: nothing secret goes through their arguments.
    Object.assign(process.env, await sharedEnvironment(dataDir, count, postgres, redis));
    const servers = Array.from({ length: count }, (_, index) => server(port + index));
    running.push(...servers);
    await Promise.all(servers.map((process) => process.start()));
    say(`\nA cluster of ${count}, with Redis on 127.0.0.1:${redis.port} and its data in ${dataDir}:`);
    for (let index = 0; index < count; index++) say(`  http://${host}:${port + index}`);
    say(
      sync === 'always'
        ? 'Redis syncs before it answers: not even a power cut costs a choice.'
        : 'Redis syncs each second: a power cut costs up to two seconds of play. REDIS_FSYNC=always costs none.',
    );
    say('Clients may use any of them. Ctrl-C stops it all.');
  } catch (error) {
    // Told to stop before all of it ran.
    if (stopped) return;
    process.stderr.write(`The cluster could not start: ${(error as Error).message}\n`);
    stopped ??= stop(1);
  }
}

await main();
