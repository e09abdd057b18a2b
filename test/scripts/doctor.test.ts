/** The doctor at real stores and ports, good ones and bad ones. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { judgeClock, offsetOf } from '../../scripts/doctor/clock-check.ts';
import { render, statusOf } from '../../scripts/doctor/finding.ts';
import { judgeLatency } from '../../scripts/doctor/latency.ts';
import { checkNode, judgeFiles, judgeSpace } from '../../scripts/doctor/machine-check.ts';
import { LEASE_MS } from '../../src/cluster/process-lease.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { RedisLeases } from '../../src/persistence/redis/leases.ts';
import { CLUSTER_SECRET } from '../support/cluster.ts';
import { freePort } from '../support/free-port.ts';
import { temporaryDirectory } from '../support/postgres.ts';
import { databaseUrl, startTestServer } from '../support/server.ts';
import {
  allOf,
  amiss,
  badIn,
  type Env,
  type GoodStores,
  JWT_SECRET,
  only,
  startGoodStores,
} from './doctoring.ts';

const MAIN = new URL('../../scripts/doctor.ts', import.meta.url).pathname;

describe('npm run doctor', () => {
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

  it('has nothing to say against a good cluster, and names all that it looked at', async () => {
    const findings = await allOf(cluster);
    assert.deepEqual(badIn(findings), []);
    assert.equal(statusOf(findings), 0);
    const said = findings.map(({ text }) => text).join('\n');
    for (const wanted of [
      /^Node 2\d/m,
      /^Configuration: development, one of several processes, your database/m,
      /^Secrets: JWT_SECRET, CLUSTER_SECRET, ADMIN_PASSWORD/m,
      /^Redis [78]/m,
      /append-only file/,
      /^Redis answers in \d/m,
      /^The clock of Redis agrees/m,
      /^PostgreSQL 18/m,
      /^All migrations are applied/m,
      /^1 process may open 26 connections/m,
      /^The clock of PostgreSQL agrees/m,
      /^Port \d+ is free/m,
      /^This process is reached at 127\.0\.0\.1:/m,
    ])
      assert.match(said, wanted);
  });

  describe('at the network', () => {
    const listening = async (server: Server): Promise<number> => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    };
    const alone = (more: Env): Promise<string[]> =>
      amiss({ DATABASE_URL: databaseUrl(good.database.connection), ...more });

    it('finds the port taken by somebody else', async () => {
      const stranger = createServer((socket) => socket.end('SSH-2.0\r\n'));
      const PORT = String(await listening(stranger));
      only(await alone({ PORT }), new RegExp(`^fault: Port ${PORT} is taken by something else`));
      stranger.close();
      const website = createHttp((_req, res) => res.end('{}'));
      only(await alone({ PORT: String(await listening(website)) }), /^fault: .*taken by something else/);
      website.close();
    });

    it('finds Endure there already, which is fine', async () => {
      const server = await startTestServer();
      const PORT = new URL(server.url).port;
      const findings = await allOf({ DATABASE_URL: databaseUrl(server.database), PORT });
      assert.deepEqual(badIn(findings), []);
      assert.match(findings.at(-1)!.text, /^Endure \S+ runs on port \d+ already \(ok\)/);
      await server.dispose();
    });

    it('finds addresses that lead nowhere', async () => {
      only(
        await alone({ PORT, HOST: '192.0.2.1', NODE_ENV: 'test' }).then(withoutHost),
        /^fault: 192\.0\.2\.1 is no address/,
      );
      const ADVERTISED_HOST = 'nowhere.invalid';
      only(await amiss({ ...cluster, ADVERTISED_HOST }), /^fault: Not even this machine reaches itself/);
      only(await amiss({ ...cluster, PORT: '0' }), /^fault: PORT is 0/);
    });

    it('finds processes that are not reached, and clocks that are wrong', async () => {
      let skewMs = 0;
      const other = createHttp((_req, res) => {
        const timestamp = Date.now() + skewMs;
        res.end(JSON.stringify({ status: 'ok', version: '1', engine: 'e', timestamp }));
      });
      const at = await listening(other);
      const REDIS_PREFIX = 'doctor:';
      const leases = new RedisLeases(good.redis.connect(), redisKeys(REDIS_PREFIX), () => performance.now());
      const lease = (id: string, atPort: number, leaseMs: number): Promise<void> =>
        leases.renew({ id, host: '127.0.0.1', port: atPort } as { id: string }, leaseMs);
      await lease('other', at, LEASE_MS);
      assert.deepEqual(await amiss({ ...cluster, REDIS_PREFIX }), []);
      skewMs = 60_000;
      only(
        await amiss({ ...cluster, REDIS_PREFIX }),
        /^fault: The clock of the process other at \S+ is \d+\.\d s ahead of/,
      );
      other.close();
      await lease('other', await freePort(), LEASE_MS);
      only(
        await amiss({ ...cluster, REDIS_PREFIX }),
        /^fault: The process other at \S+ is not reached \(connect ECONNREFUSED/,
      );
      await leases.release('other');
    });
  });

  it('tells the faults of the configuration all at once, and no secret', async () => {
    const env = { NODE_ENV: 'production', PORT: 'x', REDIS_URL: cluster['REDIS_URL']!, JWT_SECRET: 'short' };
    const findings = await allOf(env);
    const faults = findings.filter(({ level }) => level === 'fault').map(({ text }) => text);
    assert.deepEqual(
      faults.map((text) => text.split(' ')[0]),
      ['PORT', 'REDIS_URL', 'REDIS_URL', 'JWT_SECRET'],
    );
    assert.doesNotMatch(findings.map(render).join(), /short/);
  });

  it('warns of what is lawful and not wise', async () => {
    const base = { ...cluster, HOST: '127.0.0.1' };
    only(await amiss({ ...base, JWT_SECRET: 'short' }), /^warn: JWT_SECRET must have at least 32/);
    only(
      await amiss({ ...base, JWT_SECRET: CLUSTER_SECRET }),
      /^warn: CLUSTER_SECRET is the same as another/,
    );
    only(await amiss({ ...base, ADMIN_PASSWORD: '' }), /^warn: There are no admin routes/);
    only(await amiss({ ...base, MONITOR: '1' }), /^warn: MONITOR is on/);
    only(await amiss({ ...base, NODE_ENV: 'production' }), /^warn: TRUSTED_PROXIES is unset/);
    only(await amiss({ ...base, JWT_SECRET: '' }), /^fault: Each machine would make its own JWT_SECRET/);
  });

  it('looks at the disk only where something is kept on it', async () => {
    const dir = await temporaryDirectory();
    await mkdir(join(dir, 'open'));
    await writeFile(join(dir, 'open', 'jwt-secret'), 'x', { mode: 0o644 });
    only(await amiss({ PORT, DATA_DIR: join(dir, 'open') }), /^fault: \S+jwt-secret may be read by others/);
    await writeFile(join(dir, 'file'), '');
    only(
      await amiss({ PORT, DATA_DIR: join(dir, 'file', 'data') }),
      /^fault: DATA_DIR \S+ cannot be written/,
    );
    assert.deepEqual(await amiss({ ...cluster, DATA_DIR: join(dir, 'file', 'data') }), []);
    assert.deepEqual(
      [99, 100, 1_023, 1_024].map((mib) => judgeSpace(dir, mib).level),
      ['fault', 'warn', 'warn', 'ok'],
    );
  });

  it('judges the rest by numbers alone', () => {
    assert.deepEqual([checkNode('20.19.0').level, checkNode('24.1.0').level], ['fault', 'ok']);
    assert.deepEqual([judgeFiles(1024).level, judgeFiles(4096).level], ['warn', 'ok']);
    assert.deepEqual(
      [1, 4.99, 5, 99, 100].map((ms) => judgeLatency('x', ms).level),
      ['ok', 'ok', 'warn', 'warn', 'fault'],
    );
  });

  it('blames a clock for no more than it must be wrong', () => {
    const ms = fc.integer({ min: 0, max: 60_000 });
    fc.assert(
      fc.property(ms, ms, fc.integer({ min: -60_000, max: 60_000 }), (tripMs, wayMs, offset) => {
        const askedAt = 1_000_000;
        const answeredAt = askedAt + tripMs;
        // Read anywhere within the round trip.
        const at = askedAt + Math.min(wayMs, tripMs) + offset;
        const found = offsetOf({ askedAt, answeredAt, at });
        assert(Math.abs(found) <= Math.abs(offset));
        assert(Math.abs(found - offset) <= tripMs);
      }),
      { seed: 1 },
    );
    const levels = [0, 900, -1_100, 14_000, -16_000].map(
      (offset) => judgeClock('x', { askedAt: 0, answeredAt: 0, at: offset }).level,
    );
    assert.deepEqual(levels, ['ok', 'ok', 'warn', 'warn', 'fault']);
  });

  it('is a program whose exit status tells', async () => {
    const run = promisify(execFile);
    const env = { ...cluster, JWT_SECRET, NO_COLOR: '1', PATH: '/usr/bin' };
    const { stdout } = await run(process.execPath, [MAIN], { env });
    assert.match(stdout, /^✔ Node 2\d[^]*\n‼ There are no admin routes → set ADMIN_PASSWORD/);
    const bad = run(process.execPath, [MAIN], { env: { ...env, PORT: 'x' } });
    await assert.rejects(bad, (error: { code: number; stdout: string }) => {
      assert.equal(error.code, 1);
      assert.match(error.stdout, /\n✖ PORT must be a whole number from 0 to 65535 → see \.env\.example\n$/);
      return true;
    });
  });
});

/** That it is open to other machines is another matter. */
function withoutHost(lines: readonly string[]): string[] {
  return lines.filter((line) => !line.includes('open to other machines'));
}
