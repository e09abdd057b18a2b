/** The doctor, asked by tests: with good secrets unless a test brings others. */
import assert from 'node:assert/strict';
import { examine } from '../../scripts/doctor/examine.ts';
import type { Finding } from '../../scripts/doctor/finding.ts';
import { ADMIN_PASSWORD, CLUSTER_SECRET } from '../support/cluster.ts';
import { freePort } from '../support/free-port.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { DURABLE, startTestRedis, type RedisSettings, type TestRedis } from '../support/redis.ts';
import { databaseUrl } from '../support/server.ts';

export const JWT_SECRET = 'Tz4mK8rV1yQ6wE3nB7sJ0hL5cX9fD2gA';

export type Env = Readonly<Record<string, string>>;

export async function allOf(env: Env): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of examine({ JWT_SECRET, ADMIN_PASSWORD, ...env })) findings.push(finding);
  return findings;
}

/** What is not good, a line each. */
export function badIn(findings: readonly Finding[]): string[] {
  return findings.filter(({ level }) => level !== 'ok').map(({ level, text }) => `${level}: ${text}`);
}

export async function amiss(env: Env): Promise<string[]> {
  return badIn(await allOf(env));
}

export function only(lines: readonly string[], wanted: RegExp): void {
  assert.equal(lines.length, 1, lines.join('\n'));
  assert.match(lines[0]!, wanted);
}

/** The stores of a cluster that the doctor has nothing to say against. */
export interface GoodStores {
  readonly redis: TestRedis;
  readonly database: FreshDatabase;
  /** On a port of its own each time. */
  environment(): Promise<Env>;
  dispose(): Promise<void>;
}

export async function startGoodStores(): Promise<GoodStores> {
  const redisPort = await freePort();
  const [redis, database] = await Promise.all([redisAt(redisPort, DURABLE), freshDatabase()]);
  return {
    redis,
    database,
    environment: async () => ({
      PORT: String(await freePort()),
      DATABASE_URL: databaseUrl(database.connection),
      REDIS_URL: `redis://127.0.0.1:${redisPort}`,
      CLUSTER_SECRET,
    }),
    dispose: async () => {
      await redis.stop();
      await database.drop();
    },
  };
}

export function redisAt(port: number, settings: RedisSettings): Promise<TestRedis> {
  return startTestRedis({ ...settings, port: String(port), bind: '127.0.0.1' });
}
