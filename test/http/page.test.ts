import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import express from 'express';
import { pageRoutes } from '../../src/http/page.ts';

const DOCUMENT = '<!doctype html><title>Endure</title>';
const SCRIPT = 'export const answer = 42;';

describe('the page over HTTP', () => {
  let folder: string;
  let server: Server;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'endure-page-'));
    await mkdir(join(folder, 'assets'));
    await put('index.html', DOCUMENT);
    await put('assets/main-abc.js', SCRIPT);
    server = await serve(folder);
  });

  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  async function put(name: string, text: string): Promise<void> {
    const path = join(folder, name);
    await writeFile(path, text);
    await writeFile(`${path}.br`, brotliCompressSync(text));
    await writeFile(`${path}.gz`, gzipSync(text));
  }

  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { headers });

  it('is the same document at each of its addresses', async () => {
    for (const path of ['/', '/battle/abc', '/replay/abc', '/challenge/abc', '/u', '/u/somebody']) {
      const answer = await get(path);
      assert.equal(answer.status, 200, path);
      assert.equal(await answer.text(), DOCUMENT);
    }
  });

  it('leaves an address that it shares with programs to who does not ask for a document', async () => {
    for (const path of ['/ladder', '/ladder/gen9ou']) {
      assert.equal((await get(path, { accept: 'text/html,*/*;q=0.8' })).status, 200, path);
      assert.equal((await get(path)).status, 404, path);
      assert.equal((await get(path, { accept: 'application/json' })).status, 404, path);
    }
  });

  it('lets the document run and ask nothing but this server', async () => {
    const policy = (await get('/')).headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|https?:|data:|\*/);
  });

  it('sends what the client can unpack', async () => {
    for (const encoding of ['br', 'gzip']) {
      const answer = await get('/assets/main-abc.js', { 'accept-encoding': encoding });
      assert.equal(answer.headers.get('content-encoding'), encoding);
      assert.equal(await answer.text(), SCRIPT);
    }
    const plain = await get('/assets/main-abc.js', { 'accept-encoding': 'identity' });
    assert.equal(plain.headers.get('content-encoding'), null);
    assert.equal(await plain.text(), SCRIPT);
  });

  it('has assets kept for ever and asks again about the document', async () => {
    assert.match((await get('/assets/main-abc.js')).headers.get('cache-control') ?? '', /immutable/);
    const document = await get('/');
    assert.equal(document.headers.get('cache-control'), 'no-cache');
    const again = await get('/', { 'if-none-match': document.headers.get('etag')! });
    assert.equal(again.status, 304);
  });

  it('gives nothing that is no asset', async () => {
    for (const name of ['none.js', '..%2findex.html', 'main-abc.js.gz', 'constructor'])
      assert.equal((await get(`/assets/${name}`)).status, 404, name);
  });

  it('says so where it was not built', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'endure-page-'));
    const bare = await serve(empty);
    const answer = await fetch(`http://127.0.0.1:${(bare.address() as AddressInfo).port}/`);
    assert.equal(answer.status, 503);
    assert.match(await answer.text(), /not built/);
    bare.close();
    await rm(empty, { recursive: true });
  });
});

function serve(folder: string): Promise<Server> {
  const server = createServer(express().use(pageRoutes(pathToFileURL(`${folder}/`))));
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
