/** Several real server processes over one real Redis and one PostgreSQL, behind a proxy that knows nothing. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { freePort } from './free-port.ts';
import { freshDatabase } from './postgres.ts';
import { DURABLE, startTestRedis, type TestRedis } from './redis.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';

export interface TestCluster {
  /** Of the proxy: every connection goes to the next process that takes one. */
  readonly url: string;
  readonly servers: readonly ServerProcess[];
  readonly redis: TestRedis;
  readonly database: Awaited<ReturnType<typeof freshDatabase>>['connection'];
  dispose(): Promise<void>;
}

export const CLUSTER_SECRET = 'Lq8vT2xZ0pWn4Rk7Yb3Hf6Jd1Sg9Ma5C';

export async function startCluster(
  size: number,
  env: Readonly<Record<string, string>> = {},
): Promise<TestCluster> {
  const redisPort = await freePort();
  const redis = await startTestRedis({ ...DURABLE, port: String(redisPort), bind: '127.0.0.1' });
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
  const proxy = await startProxy(servers.map(({ url }) => Number(new URL(url).port)));
  return {
    url: proxy.url,
    servers,
    redis,
    database: database.connection,
    dispose: async () => {
      proxy.close();
      await Promise.all(servers.map((server) => server.dispose()));
      await redis.stop();
      await database.drop();
    },
  };
}

/** Round robin over TCP; a process that refuses is passed over. */
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
