/** The example of a page, as its reader would try it: built, served from somewhere, and clicked through a battle. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { build } from 'vite';
import { connect, type EndureClient } from '../../client/src/client.ts';
import { tokenOf } from '../support/player.ts';
import { temporaryDirectory } from '../support/postgres.ts';
import { withServer, type TestServer } from '../support/server.ts';
import { TestBrowser, type Visitor } from '../web/browser.ts';

const EXAMPLES = new URL('../../client/examples/', import.meta.url).pathname;
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

async function serve(directory: string): Promise<Server> {
  const http = createServer((req, res) => {
    const { pathname } = new URL(req.url!, 'http://here');
    readFile(join(directory, pathname)).then(
      (file) => res.setHeader('content-type', TYPES[extname(pathname)]!).end(file),
      () => res.writeHead(404).end(),
    );
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return http;
}

describe('the example of a page', function () {
  this.timeout(30_000);
  let server: TestServer;
  let directory: string;
  let http: Server;
  let browser: TestBrowser;
  let visitor: Visitor | undefined;
  let ann: EndureClient | undefined;

  before(async () => {
    directory = await temporaryDirectory();
    const mode = process.env['NODE_ENV'];
    await build({
      root: EXAMPLES,
      configFile: false,
      logLevel: 'error',
      build: {
        outDir: directory,
        target: 'es2022',
        rolldownOptions: { input: join(EXAMPLES, 'browser.html') },
      },
    });
    // Vite sets it, and whatever the next tests start would be a server in production.
    if (mode === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = mode;
    http = await serve(directory);
    browser = await TestBrowser.open();
  });
  after(async () => {
    await browser.close();
    http.close();
    await rm(directory, { recursive: true, force: true });
  });
  afterEach(async () => {
    ann?.close();
    await visitor?.context.close();
  });
  withServer((started) => (server = started));

  it('plays by clicks, comes back after a reload, and tells who has won', async () => {
    const { port } = http.address() as AddressInfo;
    visitor = await browser.visit(`http://127.0.0.1:${port}/browser.html?server=${server.url}`);
    const { page } = visitor;
    const first = page.locator('#choices button:enabled').first();
    ann = await connect({ url: server.url, token: tokenOf('ann') });
    const battle = await ann.queue('gen9randombattle').battle;
    battle.on('request', () => void battle.choose('default').catch(() => {}));
    const clickTo = async (turn: string): Promise<void> => {
      while (!(await page.locator('#log').innerText()).includes(`|turn|${turn}\n`)) {
        if (await first.isVisible()) await first.click({ timeout: 1_000 }).catch(() => {});
      }
    };
    await clickTo('2');
    await page.reload();
    await clickTo('3');
    await battle.forfeit();
    await page.getByText('You won.').waitFor();
    // A page of another origin than the server's asks another host, and that is all that it does wrong.
    assert.deepEqual(
      visitor.faults.filter((fault) => !/^(https?|wss?):/.test(fault)),
      [],
    );
  });
});
