/** The doctor at real stores, good ones and bad ones. */
import assert from 'node:assert/strict';
import { render, statusOf } from '../../scripts/doctor/finding.ts';
import { judgePostgres, type PostgresReading } from '../../scripts/doctor/postgres-check.ts';
import { judgeRedis, type RedisReading } from '../../scripts/doctor/redis-check.ts';
import { freePort } from '../support/free-port.ts';
import { emptyDatabase, freshDatabase, runSql } from '../support/postgres.ts';
import { DURABLE, type RedisSettings } from '../support/redis.ts';
import { databaseUrl } from '../support/server.ts';
import {
  allOf,
  amiss,
  badIn,
  type Env,
  type GoodStores,
  only,
  redisAt,
  startGoodStores,
} from './doctoring.ts';

const NOW = { askedAt: 1_000, answeredAt: 1_002, at: 1_001 };

describe('npm run doctor at stores', () => {
  let good: GoodStores;
  let cluster: Env;
  let PORT: string;

  before(async () => {
    good = await startGoodStores();
  });
  beforeEach(async () => {
    cluster = await good.environment();
    PORT = cluster['PORT']!;
  });
  after(() => good.dispose());

  describe('at Redis', () => {
    const ROWS: readonly (readonly [what: string, settings: RedisSettings, wanted: RegExp])[] = [
      ['without an append-only file', {}, /^fault: Redis keeps no append-only file/],
      ['that drops keys', { ...DURABLE, 'maxmemory-policy': 'allkeys-lru' }, /^fault: .*drop battles/],
      ['that wants another password', { ...DURABLE, requirepass: 'right' }, /^fault: .*WRONGPASS/],
      ['with few connections left', { ...DURABLE, maxclients: '5' }, /^fault: Redis takes only \d more/],
    ];
    for (const [what, settings, wanted] of ROWS) {
      it(`finds one ${what}`, async () => {
        const at = await freePort();
        const { requirepass, ...others } = settings;
        const bad = await redisAt(at, others);
        if (requirepass) await bad.admin.config('SET', 'requirepass', requirepass);
        const password = requirepass ? ':hunter2hunter2@' : '';
        const findings = await allOf({ ...cluster, REDIS_URL: `redis://${password}127.0.0.1:${at}` });
        await bad.stop();
        only(badIn(findings), wanted);
        assert.equal(statusOf(findings), 1);
        assert.doesNotMatch(findings.map(render).join(), /hunter2/);
      });
    }

    it('finds none', async () => {
      const REDIS_URL = `redis://127.0.0.1:${await freePort()}`;
      only(await amiss({ ...cluster, REDIS_URL }), /^fault: Redis does not answer \(connect ECONNREFUSED/);
    });

    const GOOD: RedisReading = {
      facts: new Map([['redis_version', '7.0.0']]),
      losses: [],
      latencyMs: 1,
      clock: NOW,
      processes: [],
    };
    const facts = (changed: Readonly<Record<string, string>>): string[] =>
      badIn(judgeRedis({ ...GOOD, facts: new Map([...GOOD.facts, ...Object.entries(changed)]) }));
    it('judges version, kind and memory', () => {
      assert.deepEqual(facts({}), []);
      only(facts({ redis_version: '6.2.14' }), /^fault: Redis 6\.2\.14 is too old/);
      only(facts({ redis_mode: 'cluster' }), /^fault: This is a Redis Cluster/);
      only(facts({ role: 'slave' }), /^fault: This Redis is a replica/);
      only(facts({ evicted_keys: '3' }), /^warn: Redis has dropped 3 keys/);
      assert.deepEqual(facts({ maxmemory: '1000', used_memory: '799', total_system_memory: '800' }), []);
      only(facts({ maxmemory: '1000', used_memory: '800' }), /^warn: Redis uses 80 % of maxmemory/);
      only(facts({ maxmemory: '1000', used_memory: '950' }), /^fault: Redis uses 95 % of maxmemory/);
      only(facts({ total_system_memory: '1000', used_memory: '900' }), /^warn: .*90 % of the memory/);
      assert.deepEqual(facts({ maxclients: '100', connected_clients: '90' }), []);
      only(facts({ maxclients: '100', connected_clients: '91' }), /^fault: .*only 9 more/);
    });
  });

  describe('at PostgreSQL', () => {
    async function withDatabase(change: string, check: (env: Env) => Promise<void>): Promise<void> {
      const changed = await freshDatabase();
      await runSql(changed.connection, change);
      await check({ PORT, DATABASE_URL: databaseUrl(changed.connection) });
      await changed.drop();
    }

    it('finds one that is behind, and one that is ahead', async () => {
      const last = '(select max(name) from mikro_orm_migrations)';
      await withDatabase(`delete from mikro_orm_migrations where name = ${last}`, async (env) => {
        only(await amiss(env), /^warn: 1 migrations are pending \(\d{4}-[\w-]+\)/);
      });
      await withDatabase(`insert into mikro_orm_migrations (name) values ('9999-future')`, async (env) => {
        only(await amiss(env), /^warn: A newer version has changed this database \(9999-future\)/);
      });
      const empty = await emptyDatabase();
      const env = { PORT, DATABASE_URL: databaseUrl(empty.connection) };
      only(await amiss(env), /^warn: The database is empty/);
      const tables = await runSql(empty.connection, `select 1 from pg_tables where schemaname = 'public'`);
      assert.equal(tables.rowCount, 0, 'looking has made none');
      await empty.drop();
    });

    it('finds no room in it, no such database, no such user, and nobody there', async () => {
      const { connection } = good.database;
      const url = databaseUrl(connection);
      const at = (DATABASE_URL: string, more: Env = {}) => amiss({ PORT, DATABASE_URL, ...more });
      only(await at(url, { DB_POOL_MAX: '1000' }), /^fault: 1 process may open 1006 connections/);
      only(await at(url.replace(connection.database, 'none')), /^fault: .*database "none" does not exist/);
      only(await at(url.replace('postgres@', 'nobody_here:hunter2@')), /^fault: .*"nobody_here"/);
      const nowhere = `postgresql://me:hunter2@127.0.0.1:${await freePort()}/x`;
      const lines = await at(nowhere);
      only(lines, /^fault: PostgreSQL does not answer \(connect ECONNREFUSED/);
      assert.doesNotMatch(lines.join(), /hunter2/);
    });

    const GOOD: PostgresReading = {
      version: 180_001,
      encoding: 'UTF8',
      isReplica: false,
      mayCreate: true,
      connectionsMax: 97,
      connectionsOfOthers: 7,
      migrations: null,
      latencyMs: 1,
      clock: NOW,
    };
    const judged = (changed: Partial<PostgresReading>, needed = 52): string[] =>
      judgePostgres({ ...GOOD, ...changed }, needed, 2)
        .filter(({ level, text }) => level !== 'ok' && text !== 'The database is empty')
        .map(({ level, text }) => `${level}: ${text}`);
    it('judges version, kind and connections', () => {
      assert.deepEqual(judged({}), []);
      only(judged({ version: 140_012 }), /^warn: PostgreSQL 14\.12 is older/);
      only(judged({ encoding: 'SQL_ASCII' }), /^fault: .*encoded in SQL_ASCII/);
      only(judged({ isReplica: true }), /^fault: .*is a replica/);
      only(judged({ mayCreate: false }), /^warn: .*may not make tables/);
      assert.deepEqual(judged({}, 90), []);
      only(judged({}, 92), /^warn: 2 processes may open 92 connections to PostgreSQL, which has 90/);
      only(judged({}, 182), /^fault: 2 processes may open 182/);
      only(judged({ latencyMs: 20 }), /^warn: PostgreSQL answers in 20\.0 ms/);
    });
  });
});
