/** ecosystem.config.js under the real pm2: a rolling restart in the middle of a battle, and nothing left behind. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { Bot } from '../../loadtest/bot.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { faultsOf } from '../../loadtest/verdict.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { CLUSTER_SECRET } from '../support/cluster.ts';
import { freePort } from '../support/free-port.ts';
import { type FreshDatabase, freshDatabase, temporaryDirectory } from '../support/postgres.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { TEST_SECRET } from '../support/secret.ts';
import { databaseUrl } from '../support/server.ts';

/** AGPL: fetched for this test, never a dependency. */
const PM2 = 'pm2@7.0.4';
const ROOT = new URL('../..', import.meta.url).pathname;
const COMMAND_MS = 60_000;
/** Mean time for a choice: the battle outlasts the restart, and then hurries. Milliseconds. */
const THINK_MS = 400;

interface Listed {
  readonly pid: number;
  readonly pm2_env: { readonly status: string };
}

describe('pm2', function () {
  this.timeout(120_000);
  let isRunning = false;
  let home: string;
  let binary: string;
  let redis: TestRedis | undefined;
  let database: FreshDatabase | undefined;
  let env: NodeJS.ProcessEnv;

  before(async function () {
    home = await temporaryDirectory();
    env = { ...process.env, PM2_HOME: home };
    try {
      binary = await output('npx', ['--yes', '--package', PM2, '-c', 'command -v pm2']);
    } catch (error) {
      process.stderr.write(`pm2 cannot be had here, so it is not tested: ${(error as Error).message}\n`);
      this.skip();
    }
    const [redisPort, port] = [await freePort(), await freePort(2)];
    redis = await startTestRedis({ port: String(redisPort), bind: '127.0.0.1' });
    database = await freshDatabase();
    env = {
      ...env,
      WORKERS: '2',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: home,
      JWT_SECRET: TEST_SECRET,
      LOG_LEVEL: 'warn',
      DATABASE_URL: databaseUrl(database.connection),
      REDIS_URL: `redis://127.0.0.1:${redisPort}`,
      CLUSTER_SECRET,
      ADVERTISED_HOST: '127.0.0.1',
    };
  });

  after(async () => {
    if (isRunning) await pm2('kill').catch(() => {});
    await database?.drop();
    await redis?.stop();
    await rm(home, { recursive: true, force: true });
  });

  /** What a command writes. Not `execFile`: npx waits for the end of the input that it leaves open. */
  async function output(command: string, args: readonly string[]): Promise<string> {
    const child = spawn(command, args, { env, cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (text) => (said[name] += String(text)));
    const cut = setTimeout(() => child.kill('SIGKILL'), COMMAND_MS);
    const [status] = (await once(child, 'close')) as [number | null];
    clearTimeout(cut);
    if (status === 0) return said.stdout.trim();
    throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${said.stdout}${said.stderr}`);
  }

  const pm2 = (...args: string[]): Promise<string> => output(binary, args);

  async function list(): Promise<readonly Listed[]> {
    const text = await pm2('jlist');
    return JSON.parse(text.slice(text.indexOf('[{'))) as Listed[];
  }

  it('restarts one process after the other under a battle, and leaves nothing', async () => {
    silenceSdk();
    isRunning = true;
    await pm2('start', 'ecosystem.config.js');
    const first = await list();
    assert.deepEqual(
      first.map(({ pm2_env: { status } }) => status),
      ['online', 'online'],
      await output('sh', ['-c', 'tail -n 20 "$PM2_HOME"/logs/*']),
    );
    const accounts = signedAccounts(TEST_SECRET);
    const bots = await Promise.all(
      [0, 1].map(async (index) => {
        const url = `http://127.0.0.1:${Number(env['PORT']) + index}`;
        assert.equal((await fetch(`${url}/health/ready`)).status, 200);
        const account = await accounts.take();
        const random = seededRandom(url);
        return new Bot({ url, account, format: 'gen9randombattle', random, thinkMs: THINK_MS });
      }),
    );
    try {
      await Promise.all(bots.map((bot) => bot.enter()));
      await pm2('reload', 'endure');
      assert.ok(
        bots.every(({ transcript }) => !transcript.end),
        'the battle was over too soon',
      );
      const second = await list();
      assert.equal(new Set([...first, ...second].map(({ pid }) => pid)).size, 4);
      for (const bot of bots) bot.hurry();
      const players = await Promise.all(bots.map((bot) => bot.over));
      assert.deepEqual(faultsOf({ players, spectators: [], failures: [] }), []);
      await pm2('delete', 'all');
      await pm2('kill');
      isRunning = false;
      for (const { pid } of [...first, ...second])
        assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    } finally {
      await Promise.all(bots.map((bot) => bot.stop()));
    }
  });
});
