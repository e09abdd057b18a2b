/** The secrets that make-secrets.sh makes are good enough for production, and the Redis of compose.yaml takes them. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/config.ts';
import { SECRET_KEYS } from '../../src/config/schema.ts';
import { connectRedis } from '../../src/persistence/redis/connection.ts';
import { durabilityWarnings } from '../../src/persistence/redis/durability.ts';
import { freePort } from '../support/free-port.ts';
import { temporaryDirectory } from '../support/postgres.ts';
import { becomesReady } from '../support/redis.ts';

/** Of use only where somebody wants them. */
const OPTIONAL: readonly string[] = ['JWT_PUBLIC_KEY', 'WEBHOOK_URL', 'WEBHOOK_SECRET'];
const DEPLOY = new URL('../../deploy/', import.meta.url).pathname;
const ENSURE = new URL('../../scripts/ensure-redis.mjs', import.meta.url).pathname;

function read(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

describe('make-secrets.sh', () => {
  let folder: string;
  let made: Record<string, string>;
  const makeSecrets = (): unknown => execFileSync('sh', [`${DEPLOY}make-secrets.sh`, folder]);

  before(async () => {
    folder = join(await temporaryDirectory(), 'secrets');
    makeSecrets();
    made = read(folder);
  });
  after(() => rmSync(join(folder, '..'), { recursive: true }));

  it('makes all that the server needs in production', () => {
    const files = SECRET_KEYS.filter((key) => !OPTIONAL.includes(key)).map((key) => [
      `${key}_FILE`,
      join(folder, key.toLowerCase()),
    ]);
    const config = loadConfig({ NODE_ENV: 'production', ...Object.fromEntries(files) });
    assert.equal(config.cluster?.redisUrl, made['redis_url']?.trim());
    assert.ok(config.databaseUrl?.includes(made['postgres_password']!.trim()));
  });

  it('lets nobody else in, and changes nothing that is there', () => {
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    rmSync(join(folder, 'admin_password'));
    makeSecrets();
    const again = read(folder);
    assert.notEqual(again['admin_password'], made['admin_password']);
    assert.deepEqual({ ...again, admin_password: '' }, { ...made, admin_password: '' });
  });

  it('has the password of a Redis that loses no battle', async () => {
    const port = await freePort();
    const data = join(folder, 'data');
    mkdirSync(data);
    const conf = readFileSync(`${DEPLOY}redis/redis.conf`, 'utf8')
      .replace('/run/secrets/', `${folder}/`)
      .replace('/data', data);
    writeFileSync(join(data, 'redis.conf'), `${conf}\nport ${port}\n`);
    const binary = execFileSync(process.execPath, [ENSURE], { encoding: 'utf8' }).trim();
    const server = spawn(binary, [join(data, 'redis.conf')], { stdio: 'ignore' });
    const redis = connectRedis(made['redis_url']!.trim().replace('redis:6379', `127.0.0.1:${port}`));
    const stranger = connectRedis(`redis://127.0.0.1:${port}`);
    try {
      await becomesReady(redis);
      assert.deepEqual(await durabilityWarnings(redis), []);
      await assert.rejects(stranger.get('x'), /NOAUTH/);
    } finally {
      redis.disconnect();
      stranger.disconnect();
      if (server.kill('SIGKILL')) await once(server, 'exit');
    }
  });
});
