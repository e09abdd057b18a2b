/** `npm run cluster`, all of it real: a battle through two of its processes, one that dies, and nothing left at the end. */
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { promisify } from 'node:util';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { Bot } from '../../loadtest/bot.ts';
import { faultsOf } from '../../loadtest/verdict.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { freePort } from '../support/free-port.ts';
import { temporaryDirectory } from '../support/postgres.ts';

const SCRIPT = new URL('../../scripts/cluster.ts', import.meta.url).pathname;
const run = promisify(execFile);

interface Listed {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All processes that descend from this one. */
async function descendants(pid: number): Promise<readonly Listed[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const all = stdout
    .trim()
    .split('\n')
    .map((line): Listed => {
      const [, id, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)!;
      return { pid: Number(id), parent: Number(parent), command: command! };
    });
  const found = [{ pid, parent: 0, command: '' }];
  for (const { pid: parent } of found) found.push(...all.filter((listed) => listed.parent === parent));
  return found.slice(1);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('npm run cluster', function () {
  this.timeout(120_000);
  let dataDir: string;
  let port: number;
  let child: ChildProcess | undefined;

  before(async () => {
    dataDir = await temporaryDirectory();
    port = await freePort();
  });
  afterEach(async () => {
    if (child?.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  });
  after(async () => {
    await rm(dataDir, { recursive: true, force: true });
  });

  function start(env: Record<string, string> = {}): ChildProcess {
    const base = { PATH: process.env['PATH'], WORKERS: '2', PORT: String(port), DATA_DIR: dataDir };
    return spawn(process.execPath, [SCRIPT], {
      env: { ...base, LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async function said(lines: Interface, pattern: RegExp): Promise<void> {
    const heard: string[] = [];
    lines.on('line', (line) => heard.push(line));
    const ended = once(child!, 'close').then(([status]) => {
      throw new Error(`It ended with status ${status} before it said ${pattern}.\n${heard.join('\n')}`);
    });
    const found = new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        if (pattern.test(line)) resolve();
      });
    });
    ended.catch(() => {});
    await Promise.race([found, ended]);
  }

  async function playThrough(urls: readonly string[]): Promise<void> {
    const accounts = signedAccounts(await readFile(join(dataDir, 'jwt-secret'), 'utf8'));
    const bots = await Promise.all(
      urls.map(
        async (url) =>
          new Bot({
            url,
            account: await accounts.take(),
            format: 'gen9randombattle',
            random: seededRandom(url),
            thinkMs: 0,
          }),
      ),
    );
    try {
      await Promise.all(bots.map((bot) => bot.enter()));
      const players = await Promise.all(bots.map((bot) => bot.over));
      assert.deepEqual(faultsOf({ players, spectators: [], failures: [] }), []);
      assert.equal(new Set(players.map(({ battleId }) => battleId)).size, 1);
    } finally {
      await Promise.all(bots.map((bot) => bot.stop()));
    }
  }

  it('plays a battle through two processes, starts a dead one again, and leaves nothing', async () => {
    child = start();
    const lines = createInterface({ input: child.stdout! });
    await said(lines, /Ctrl-C stops it all/);
    const urls = [port, port + 1].map((each) => `http://127.0.0.1:${each}`);
    await playThrough(urls);
    for (const file of ['jwt-secret', 'cluster-secret', 'redis-password', 'redis/redis.conf'])
      assert.equal((await stat(join(dataDir, file))).mode & 0o777, 0o600, file);

    const servers = (await descendants(child.pid!)).filter(
      ({ command }) => command.startsWith(process.execPath) && command.endsWith('src/main.ts'),
    );
    assert.equal(servers.length, 2);
    const runsAgain = said(lines, /^The process on port \d+ runs again$/);
    const died = said(lines, /^The process on port \d+ died/);
    process.kill(servers[0]!.pid, 'SIGKILL');
    await Promise.all([died, runsAgain]);
    await playThrough(urls);

    const all = await descendants(child.pid!);
    assert.ok(all.some(({ command }) => /redis-server|valkey-server/.test(command)));
    assert.ok(all.some(({ command }) => /postgres/.test(command)));
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'close'), [0, null]);
    assert.deepEqual(
      all.filter(({ pid }) => isAlive(pid)),
      [],
    );
  });

  it('says what is missing', async () => {
    child = start({ REDIS_SERVER_BIN: '/nowhere/redis-server' });
    let stderr = '';
    child.stderr!.on('data', (text) => (stderr += String(text)));
    assert.deepEqual(await once(child, 'close'), [2, null]);
    assert.match(stderr, /A Redis server .* is needed and there is none/);
  });

  it('does not pass over stores that are configured', async () => {
    child = start({ DATABASE_URL: 'postgresql://localhost/mine' });
    let stderr = '';
    child.stderr!.on('data', (text) => (stderr += String(text)));
    assert.deepEqual(await once(child, 'close'), [2, null]);
    assert.match(stderr, /DATABASE_URL is set/);
  });
});
