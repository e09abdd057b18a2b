import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { loadConfig } from '../../src/config/config.ts';
import { printedConfig } from '../../src/config/printed.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
const PASSWORDS = ['Kq3Zt8Wm', 'Vx5Rb1Ny', 'Zp7Qc4Ld'];
const SECRETS = {
  JWT_SECRET: 'Qm7Zk2Xw9Lr4Tb6Vn1Hc8Jd3Gs5Fy0Pa',
  CLUSTER_SECRET: 'Lq8vT2xZ0pWn4Rk7Yb3Hf6Jd1Sg9Ma5C',
  ADMIN_PASSWORD: 'Vr5kT9wXq2Zb8Lm4Hc7Pj1Nd6Gs3Fy0A',
  WEBHOOK_SECRET: 'Hn4vT9wXq2Zb8Lm5Kc7Pj1Rd6Gs3Fy0A',
};
const ENV = {
  ...SECRETS,
  DATABASE_URL: `postgresql://ann:${PASSWORDS[0]}@db:5433/endure?sslmode=verify-full`,
  REDIS_URL: `rediss://:${PASSWORDS[1]}@cache:6380`,
  WEBHOOK_URL: `https://site.example/hooks/${PASSWORDS[2]}`,
  TRUSTED_PROXIES: '10.0.0.0/8',
  TURN_MS: '90000',
};

describe('the printed configuration', () => {
  it('says what is in force, and of secrets that they are set', () => {
    const printed = JSON.parse(printedConfig(loadConfig(ENV))) as Record<string, unknown>;
    assert.partialDeepStrictEqual(printed, {
      port: 2567,
      databaseUrl: 'postgresql://ann:set@db:5433/endure?sslmode=verify-full',
      cluster: { redisUrl: 'rediss://:set@cache:6380', secret: 'set' },
      jwt: { secret: 'set', publicKey: null, jwksUrl: null },
      adminPassword: 'set',
      webhook: { url: 'https://site.example', secret: 'set' },
      trustedProxies: ['Subnet: IPv4 10.0.0.0/8'],
      timer: { turnMs: 90_000, warnMs: 30_000 },
    });
    assert.deepEqual(Object.keys(printed), Object.keys(loadConfig(ENV)));
  });

  it('says that there are none', () => {
    const printed = JSON.parse(printedConfig(loadConfig({}))) as Record<string, unknown>;
    assert.partialDeepStrictEqual(printed, { databaseUrl: null, cluster: null, adminPassword: null });
  });

  it('has no password in it, wherever it was given', () => {
    const inQuery = `postgresql://db/endure?user=ann&password=${PASSWORDS[0]}`;
    const texts = [ENV, { ...ENV, DATABASE_URL: inQuery }].map((env) => printedConfig(loadConfig(env)));
    for (const secret of [...PASSWORDS, ...Object.values(SECRETS)])
      for (const text of texts) assert(!text.includes(secret));
  });

  it('is asked for instead of a start', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--print-config'], { env: ENV });
    assert.equal(stdout, `${printedConfig(loadConfig(ENV))}\n`);
  });
});
