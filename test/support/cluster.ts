/** Several real server processes over one real Redis and one PostgreSQL, behind a proxy that knows nothing. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { freePort } from './free-port.ts';
import { freshDatabase } from './postgres.ts';
import type { ProcessInfo } from '../../src/cluster/process-lease.ts';
import type { BattleId } from '../../src/battle/ids.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { DURABLE, startTestRedis, type RedisSettings, type TestRedis } from './redis.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';

export interface TestCluster {
  /** Of the proxy: every connection goes to the next process that takes one. */
  readonly url: string;
  readonly servers: readonly ServerProcess[];
  /** One process more, behind the same proxy; resolves when it takes connections. */
  grow(): Promise<ServerProcess>;
  readonly redis: TestRedis;
  readonly database: Awaited<ReturnType<typeof freshDatabase>>['connection'];
  /** Living battles that this process owns, by what Redis says. */
  hostedBy(server: ServerProcess): Promise<string[]>;
  /** Battles that still live, or have ended and are not recorded. */
  unrecorded(): Promise<number>;
  dispose(): Promise<void>;
}

export const CLUSTER_SECRET = 'Lq8vT2xZ0pWn4Rk7Yb3Hf6Jd1Sg9Ma5C';
/** With the prefix that the configuration has by default. */
const KEYS = redisKeys('endure:');

export async function startCluster(
  size: number,
  env: Readonly<Record<string, string>> = {},
  settings: RedisSettings = DURABLE,
): Promise<TestCluster> {
  const redisPort = await freePort();
  const redis = await startTestRedis({ ...settings, port: String(redisPort), bind: '127.0.0.1' });
  const database = await freshDatabase();
  const { host, port, database: name } = database.connection;
  const shared = {
    DATABASE_URL: `postgresql://postgres@localhost/${name}?host=${encodeURIComponent(host)}&port=${port}`,
    REDIS_URL: `redis://127.0.0.1:${redisPort}`,
    CLUSTER_SECRET,
    ADVERTISED_HOST: '127.0.0.1',
    ...env,
  };
  const servers = await Promise.all(Array.from({ length: size }, () => startServerProcess({ env: shared })));
  const ports = servers.map(({ url }) => Number(new URL(url).port));
  const proxy = await startProxy(ports);
  return {
    url: proxy.url,
    servers,
    grow: async () => {
      const server = await startServerProcess({ env: shared });
      servers.push(server);
      ports.push(Number(new URL(server.url).port));
      return server;
    },
    redis,
    database: database.connection,
    hostedBy: (server) => hostedBy(redis, Number(new URL(server.url).port)),
    unrecorded: () => unrecorded(redis),
    dispose: async () => {
      proxy.close();
      await Promise.all(servers.map((server) => server.dispose()));
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

/** Round robin over TCP, also to ports that come later; a process that refuses is passed over. */
async function startProxy(ports: readonly number[]): Promise<{ url: string; close(): void }> {
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer((client) => {
    open.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => open.delete(client));
    dial(client, ports.length);
  });
  const dial = (client: Socket, tries: number): void => {
    if (tries === 0) {
      client.destroy();
      return;
    }
    const upstream = connect({ host: '127.0.0.1', port: ports[turn++ % ports.length]! });
    let isOpen = false;
    upstream.on('connect', () => {
      isOpen = true;
      client.pipe(upstream);
      upstream.pipe(client);
    });
    upstream.on('error', () => {
      if (isOpen) client.destroy();
      else dial(client, tries - 1);
    });
    upstream.on('close', () => isOpen && client.destroy());
    client.on('close', () => upstream.destroy());
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
