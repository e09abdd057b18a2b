import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '../../src/config/config.ts';
import { ENVIRONMENT_KEYS, environmentExample, SECRET_KEYS } from '../../src/config/schema.ts';

const STRONG = 'q8Zr1-vT5xLm0_YcKd7Wb3NhPf9GsJ2a4Eu6';
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PEM = publicKey.export({ type: 'spki', format: 'pem' }) as string;
const PRIVATE_PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

function faultsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    assert(error instanceof ConfigError);
    for (const fault of error.faults) assert(error.message.split('\n').includes(`  ${fault}`));
    return error.faults;
  }
  return [];
}

describe('loadConfig', () => {
  it('has a default for everything outside production, on loopback', () => {
    const config = loadConfig({});
    assert.equal(config.isProduction, false);
    assert.equal(config.host, '127.0.0.1');
    assert.equal(config.port, 2567);
    assert.equal(config.dataDir, './data');
    assert.equal(config.databaseUrl, undefined);
    assert.deepEqual(config.pool, { max: 20, idleTimeoutMs: 30_000, connectTimeoutMs: 10_000 });
    assert.deepEqual(config.metrics, { isOpen: false, port: undefined, host: '127.0.0.1' });
    assert.equal(config.guests, true);
    assert.equal(config.corsOrigins, 'loopback');
    assert.deepEqual(config.timer, { turnMs: 60_000, warnMs: 30_000, absenceMs: 60_000, joinMs: 15_000 });
  });

  it('is closed by default in production', () => {
    const config = loadConfig({ NODE_ENV: 'production', JWT_SECRET: STRONG });
    assert.equal(config.host, '0.0.0.0');
    assert.equal(config.guests, false);
    assert.deepEqual(config.corsOrigins, []);
  });

  it('tells all faults at once and quotes no value', () => {
    const env = {
      NODE_ENV: 'staging-7f3',
      PORT: '70000-7f3',
      DATABASE_URL: 'mysql://7f3',
      DB_POOL_MAX: '0',
      JWT_PUBLIC_KEY: 'no key 7f3',
      AUTH_GUESTS: 'maybe 7f3',
      CORS_ORIGIN: 'https://7f3.example/path',
      TRUSTED_PROXIES: '10.0.0.0/8, 7f3',
      RATE_LIMIT_EXEMPT: '7f3',
      LOG_LEVEL: '7f3',
      TURN_MS: '1e3',
      JWT_SECRET_FILE: '/nowhere/7f3',
    };
    const faults = faultsOf(env);
    for (const key of Object.keys(env)) {
      assert(
        faults.some((fault) => fault.startsWith(key)),
        `${key} is named`,
      );
    }
    assert(!faults.join('\n').includes('7f3'));
  });

  it('is frozen all the way down', () => {
    const config = loadConfig({ CORS_ORIGIN: 'https://a.example' });
    const parts = [config, config.pool, config.jwt, config.timer, config.corsOrigins];
    assert(parts.every((part) => Object.isFrozen(part)));
  });

  it('takes an empty variable as unset', () => {
    assert.equal(loadConfig({ PORT: '', JWT_SECRET: '' }).port, 2567);
  });

  const rows: readonly (readonly [string, Record<string, string>, string])[] = [
    ['production without any key', { NODE_ENV: 'production' }, 'JWT_SECRET, JWT_PUBLIC_KEY or JWT_JWKS_URL'],
    ['a short secret', { NODE_ENV: 'production', JWT_SECRET: STRONG.slice(0, 31) }, 'JWT_SECRET must have'],
    [
      'a known secret',
      { NODE_ENV: 'production', JWT_SECRET: `your-Secret-key-${STRONG}` },
      'JWT_SECRET is a well-known',
    ],
    [
      'a repetitive secret',
      { NODE_ENV: 'production', JWT_SECRET: 'abcd'.repeat(10) },
      'JWT_SECRET is a well-known',
    ],
    [
      'the example secret',
      { NODE_ENV: 'production', JWT_SECRET: 'output of: openssl rand -base64 48' },
      'JWT_SECRET is',
    ],
    [
      'guests without a secret',
      { NODE_ENV: 'production', JWT_PUBLIC_KEY: PEM, AUTH_GUESTS: '1' },
      'AUTH_GUESTS',
    ],
    ['a PEM as the secret', { JWT_SECRET: PEM }, 'JWT_SECRET is a key in PEM'],
    ['a private key', { JWT_PUBLIC_KEY: PRIVATE_PEM }, 'JWT_PUBLIC_KEY is a private key'],
    [
      'two sources of public keys',
      { JWT_PUBLIC_KEY: PEM, JWT_JWKS_URL: 'https://id.example/jwks' },
      'JWT_PUBLIC_KEY and',
    ],
    ['a key set over open http', { JWT_JWKS_URL: 'http://id.example/jwks' }, 'JWT_JWKS_URL must be https'],
    ['a secret given twice', { JWT_SECRET: STRONG, JWT_SECRET_FILE: '/x' }, 'JWT_SECRET and JWT_SECRET_FILE'],
    ['a warning after the deadline', { TURN_MS: '20000' }, 'TURN_WARN_MS'],
    [
      'Redis with the embedded database',
      { REDIS_URL: 'redis://localhost', CLUSTER_SECRET: STRONG },
      'REDIS_URL needs DATABASE_URL',
    ],
    [
      'Redis without a cluster secret',
      { REDIS_URL: 'redis://localhost', DATABASE_URL: 'postgresql://localhost/endure' },
      'REDIS_URL needs CLUSTER_SECRET',
    ],
    [
      'a short admin password',
      { NODE_ENV: 'production', JWT_SECRET: STRONG, ADMIN_PASSWORD: STRONG.slice(0, 31) },
      'ADMIN_PASSWORD must have',
    ],
    [
      'a known admin password',
      { NODE_ENV: 'production', JWT_SECRET: STRONG, ADMIN_PASSWORD: `password-${STRONG}` },
      'ADMIN_PASSWORD is a well-known',
    ],
    [
      'a database whose certificate nobody looks at',
      { NODE_ENV: 'production', JWT_SECRET: STRONG, DATABASE_URL: 'postgres://db/a?x=y&sslmode=no-verify' },
      'DATABASE_URL must not have sslmode=no-verify',
    ],
    [
      'a webhook that nothing signs',
      { WEBHOOK_URL: 'https://site.example' },
      'WEBHOOK_URL and WEBHOOK_SECRET are of use together',
    ],
    [
      'a webhook over open http',
      { WEBHOOK_URL: 'http://site.example', WEBHOOK_SECRET: STRONG },
      'WEBHOOK_URL must be https',
    ],
    [
      'a weak webhook secret',
      { WEBHOOK_URL: 'https://site.example', WEBHOOK_SECRET: 'short' },
      'WEBHOOK_SECRET must have',
    ],
    ['a weak cluster secret', { CLUSTER_SECRET: 'short' }, 'CLUSTER_SECRET must have'],
    ['any origin', { CORS_ORIGIN: '*' }, 'CORS_ORIGIN'],
    ['a mask beyond the address', { TRUSTED_PROXIES: '10.0.0.0/33' }, 'TRUSTED_PROXIES'],
  ];
  for (const [name, env, fault] of rows) {
    it(`refuses ${name}`, () => {
      const faults = faultsOf(env);
      assert.equal(faults.length, 1, faults.join('; '));
      assert(faults[0]?.startsWith(fault), faults[0]);
    });
  }

  it('makes up no admin password, and takes any outside production', () => {
    assert.equal(loadConfig({}).adminPassword, undefined);
    assert.equal(loadConfig({ NODE_ENV: 'production', JWT_SECRET: STRONG }).adminPassword, undefined);
    assert.equal(loadConfig({ ADMIN_PASSWORD: 'x' }).adminPassword, 'x');
  });

  it('starts in production with a public key alone, its line breaks written as \\n', () => {
    const config = loadConfig({ NODE_ENV: 'production', JWT_PUBLIC_KEY: PEM.replaceAll('\n', '\\n') });
    assert.equal(config.jwt.publicKey, PEM);
    assert.equal(config.jwt.secret, undefined);
  });

  it('reads secrets from files, without the line break at the end', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'endure-config-'));
    try {
      const env: Record<string, string> = {};
      const texts = {
        JWT_SECRET: STRONG,
        JWT_PUBLIC_KEY: PEM.trim(),
        DATABASE_URL: 'postgresql://db.example/endure',
        REDIS_URL: 'redis://redis.example:6379',
        CLUSTER_SECRET: STRONG,
        ADMIN_PASSWORD: `${STRONG}!`,
        WEBHOOK_URL: 'https://site.example/battles',
        WEBHOOK_SECRET: `${STRONG}?`,
      };
      for (const key of SECRET_KEYS) {
        env[`${key}_FILE`] = join(directory, key);
        await writeFile(join(directory, key), `${texts[key]}\n`);
      }
      const config = loadConfig(env);
      assert.equal(config.jwt.secret, STRONG);
      assert.equal(config.jwt.publicKey, PEM.trim());
      assert.equal(config.databaseUrl, texts.DATABASE_URL);
      assert.equal(config.cluster?.redisUrl, texts.REDIS_URL);
      assert.equal(config.cluster?.secret, STRONG);
      assert.equal(config.adminPassword, `${STRONG}!`);
      assert.deepEqual(config.webhook, { url: texts.WEBHOOK_URL, secret: texts.WEBHOOK_SECRET });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe('.env.example', () => {
  it('names exactly the keys that are read', async () => {
    const text = await readFile(new URL('../../.env.example', import.meta.url), 'utf8');
    const named = [...text.matchAll(/^# ([A-Z_]+)=/gm)].map((match) => match[1]);
    const read = [...ENVIRONMENT_KEYS, ...SECRET_KEYS.map((key) => `${key}_FILE`)];
    assert.equal(named.length, new Set(named).size);
    assert.deepEqual(new Set(named), new Set(read));
  });

  it('is the text that the schema gives', async () => {
    const text = await readFile(new URL('../../.env.example', import.meta.url), 'utf8');
    assert.equal(text, environmentExample());
  });
});
