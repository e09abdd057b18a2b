/** Several real server processes over one real Redis and one PostgreSQL, behind a proxy that knows nothing. */
import { freePort } from './free-port.ts';
import { startFrontProxy, type FrontProxy } from './front-proxy.ts';
import { freshDatabase } from './postgres.ts';
import type { ProcessInfo } from '../../src/cluster/process-lease.ts';
import type { BattleId } from '../../src/battle/ids.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { DURABLE, startTestRedis, type RedisSettings, type TestRedis } from './redis.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import { startSlowLink, type SlowLink } from './slow-link.ts';

export interface TestCluster {
  /** Of the proxy: every connection goes to the next process that takes one. */
  readonly url: string;
  readonly proxy: FrontProxy;
  readonly servers: readonly ServerProcess[];
  /** One process more, behind the same proxy; resolves when it takes connections. */
  grow(): Promise<ServerProcess>;
  readonly redis: TestRedis;
  /** On which the servers, and nobody else, reach Redis. */
  readonly redisLink: SlowLink;
  readonly database: Awaited<ReturnType<typeof freshDatabase>>['connection'];
  /** Living battles that this process owns, by what Redis says. */
  hostedBy(server: ServerProcess): Promise<string[]>;
  /** Battles that still live, or have ended and are not recorded. */
  unrecorded(): Promise<number>;
  dispose(): Promise<void>;
}

export const CLUSTER_SECRET = 'Lq8vT2xZ0pWn4Rk7Yb3Hf6Jd1Sg9Ma5C';
export const ADMIN_PASSWORD = 'Vr5kT9wXq2Zb8Lm4Hc7Pj1Nd6Gs3Fy0A';
/** With the prefix that the configuration has by default. */
const KEYS = redisKeys('endure:');

export async function startCluster(
  size: number,
  env: Readonly<Record<string, string>> = {},
  settings: RedisSettings = DURABLE,
  main?: string,
): Promise<TestCluster> {
  const redisPort = await freePort();
  const redis = await startTestRedis({ ...settings, port: String(redisPort), bind: '127.0.0.1' });
  const redisLink = await startSlowLink(redisPort);
  const database = await freshDatabase();
  const { host, port, database: name } = database.connection;
  const shared = {
    DATABASE_URL: `postgresql://postgres@localhost/${name}?host=${encodeURIComponent(host)}&port=${port}`,
    REDIS_URL: `redis://127.0.0.1:${redisLink.port}`,
    CLUSTER_SECRET,
    ADMIN_PASSWORD,
    ADVERTISED_HOST: '127.0.0.1',
    ...env,
  };
  const servers = await Promise.all(
    Array.from({ length: size }, () => startServerProcess({ env: shared, main })),
  );
  const ports = servers.map(({ url }) => Number(new URL(url).port));
  const proxy = await startFrontProxy(ports);
  return {
    url: proxy.url,
    proxy,
    servers,
    grow: async () => {
      const server = await startServerProcess({ env: shared, main });
      servers.push(server);
      ports.push(Number(new URL(server.url).port));
      return server;
    },
    redis,
    redisLink,
    database: database.connection,
    hostedBy: (server) => hostedBy(redis, Number(new URL(server.url).port)),
    unrecorded: () => unrecorded(redis),
    dispose: async () => {
      proxy.close();
      await Promise.all(servers.map((server) => server.dispose()));
      redisLink.close();
      await redis.stop();
      await database.drop();
    },
  };
}

async function hostedBy({ admin }: TestRedis, port: number): Promise<string[]> {
  const processes = Object.values(await admin.hgetall(KEYS.processes));
  const [newest] = processes
    .map((text) => JSON.parse(text) as ProcessInfo)
    .filter((info) => info.port === port)
    .sort((a, b) => b.startedAt - a.startedAt);
  const ids = await admin.zrange(KEYS.living, 0, -1);
  const owners = await Promise.all(ids.map((id) => admin.hget(KEYS.battle(id as BattleId), 'owner')));
  return newest ? ids.filter((_, index) => owners[index] === newest.id) : [];
}

async function unrecorded({ admin }: TestRedis): Promise<number> {
  const counts = await Promise.all([KEYS.living, KEYS.outbox, KEYS.aside].map((key) => admin.zcard(key)));
  return counts.reduce((sum, count) => sum + count, 0);
}
