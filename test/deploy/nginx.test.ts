/** The shipped nginx in front of two processes that have nothing but the files of the image; one of them is killed. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { Bot } from '../../loadtest/bot.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { faultsOf } from '../../loadtest/verdict.ts';
import { localNginx } from '../../scripts/check-deploy/local-nginx.ts';
import { findNginx } from '../../scripts/check-deploy/nginx.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { freePort } from '../support/free-port.ts';
import { temporaryDirectory } from '../support/postgres.ts';
import { DURABLE } from '../support/redis.ts';
import { TEST_SECRET } from '../support/server-process.ts';
import { copyStage } from './stage.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const RETRY_MS = 20;

/** As one of two addresses of this machine; the proxy itself is at a third one. */
function post(url: string, from: string, forwarded: string, body: unknown): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': forwarded };
    const sent = request(url, { method: 'POST', localAddress: from, headers }, (res) => {
      res.resume();
      res.once('end', () => resolve(res.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end(JSON.stringify(body));
  });
}

describe('nginx before two processes', function () {
  this.timeout(40_000);
  let folder: string;
  let cluster: TestCluster | undefined;
  let nginx: ChildProcess | undefined;
  let url: string;

  before(async function () {
    const binary = findNginx();
    if (!binary) {
      process.stderr.write('There is no nginx, so deploy/nginx is not tested.\n');
      this.skip();
    }
    silenceSdk();
    folder = await temporaryDirectory();
    const main = join(copyStage(join(folder, 'image')), 'src/main.ts');
    cluster = await startCluster(2, { TRUSTED_PROXIES: '127.0.0.1', AUTH_GUESTS: 'true' }, DURABLE, main);
    const conf = join(folder, 'nginx');
    cpSync(`${ROOT}deploy/nginx`, conf, { recursive: true });
    const port = await freePort();
    localNginx(conf, port);
    useProcesses(join(conf, 'upstream.conf'), cluster.servers);
    url = `http://127.0.0.1:${port}`;
    nginx = spawn(binary, ['-p', conf, '-c', 'nginx.conf', '-g', 'daemon off;'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    while (!(await fetch(`${url}/health/live`).catch(() => null))?.ok) await sleep(RETRY_MS);
  });

  after(async () => {
    if (nginx?.kill('SIGQUIT')) await once(nginx, 'exit');
    await cluster?.dispose();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it('passes on who asks, whatever the client says of itself', async () => {
    // Each of the two processes counts on its own.
    const tries = Array.from({ length: 2 * LIMITS.guestTokens.burst + 2 }, (_, index) =>
      post(`${url}/auth/guest`, '127.0.0.2', `203.0.113.${index}`, { name: `Guest ${index}` }),
    );
    const statuses = await Promise.all(tries);
    assert.ok(statuses.includes(201), String(statuses));
    assert.ok(statuses.includes(429), String(statuses));
    assert.equal(await post(`${url}/auth/guest`, '127.0.0.3', '127.0.0.2', { name: 'Another' }), 201);
  });

  it('takes no body that the server would refuse for its size', async () => {
    const body = { name: 'x'.repeat(LIMITS.teamBodyBytes) };
    assert.equal(await post(`${url}/teams`, '127.0.0.3', '', body), 413);
  });

  it('carries a battle over the end of its process, and writes no token down', async () => {
    assert(cluster);
    const { servers } = cluster;
    const accounts = signedAccounts(TEST_SECRET);
    const bots = await Promise.all(
      ['one', 'two'].map(async (name) => {
        const random = seededRandom(name);
        return new Bot({
          url,
          account: await accounts.take(),
          format: 'gen1randombattle',
          random,
          thinkMs: 60,
        });
      }),
    );
    try {
      await Promise.all(bots.map((bot) => bot.enter()));
      const hosted = await Promise.all(
        servers.map(async (server) => (await cluster!.hostedBy(server)).length),
      );
      assert.deepEqual(new Set(hosted), new Set([0, 1]));
      const owner = servers[hosted.indexOf(1)]!;
      while (bots.some(({ transcript }) => transcript.accepted.length < 3)) await sleep(RETRY_MS);
      await owner.kill('SIGKILL');
      assert.ok(
        bots.every(({ transcript }) => !transcript.end),
        'the battle was over too soon',
      );
      for (const bot of bots) bot.hurry();
      const players = await Promise.all(bots.map((bot) => bot.over));
      assert.deepEqual(faultsOf({ players, spectators: [], failures: [] }), []);
    } finally {
      await Promise.all(bots.map((bot) => bot.stop()));
    }
    const access = readFileSync(join(folder, 'nginx/log/access.log'), 'utf8');
    const written = access + readFileSync(join(folder, 'nginx/log/error.log'), 'utf8');
    assert.ok(access.includes('"POST /auth/guest" 201'));
    assert.match(access, /" 101 /);
    for (const { account } of bots) assert.ok(!written.includes(account.token));
    assert.ok(!written.includes('_authToken'));
  });
});

function useProcesses(path: string, servers: TestCluster['servers']): void {
  let text = readFileSync(path, 'utf8');
  for (const [index, shipped] of ['127.0.0.1:2567', '127.0.0.1:2568'].entries()) {
    assert.ok(text.includes(shipped));
    text = text.replace(shipped, new URL(servers[index]!.url).host);
  }
  writeFileSync(path, text);
}
