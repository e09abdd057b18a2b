/** The client package as it is published: it builds, needs nothing of the server, and fits into a page. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { temporaryDirectory } from '../support/postgres.ts';

const run = promisify(execFile);
const ROOT = new URL('../../', import.meta.url).pathname;
const CLIENT = join(ROOT, 'client');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
const VITE = join(ROOT, 'node_modules/vite/bin/vite.js');
/** Compressed, the SDK with it. */
const PAGE_BYTES_MAX = 100_000;

const CONSUMER = `
import { connect, EndureError, type Battle, type BattleRequest } from '@endure/client';
const client = await connect({ url: 'http://127.0.0.1:9' }).catch((error: unknown) => error);
export const isCoded = client instanceof EndureError && client.code === 'CONNECTION_FAILED';
export const rqid = (request: BattleRequest): number => request.rqid;
export const hp = (battle: Battle): number | undefined => battle.state.sides.get('p1')?.team.at(0)?.hpPercent;
// @ts-expect-error There is no such event, so the types are there and are not any.
export const wrong = (battle: Battle): unknown => battle.on('nothing', () => {});
if (!isCoded) throw new Error('not coded');
`;

describe('the client package', function () {
  this.timeout(60_000);
  let dir: string;

  before(async () => {
    dir = await temporaryDirectory();
  });
  after(() => rm(dir, { recursive: true, force: true }));

  it('is used by a program that has it and the SDK alone', async () => {
    const home = join(dir, 'node_modules/@endure/client');
    for (const [config, folder] of [
      ['tsconfig.build.json', 'dist'],
      ['tsconfig.types.json', 'dist/types'],
    ] as const)
      await run(process.execPath, [TSC, '-p', join(CLIENT, config), '--outDir', join(home, folder)]);
    const manifest = JSON.parse(await readFile(join(CLIENT, 'package.json'), 'utf8')) as Manifest;
    await writeFile(join(home, 'package.json'), JSON.stringify(manifest));
    assert.deepEqual(Object.keys(manifest.dependencies), ['@colyseus/sdk']);
    await mkdir(join(dir, 'node_modules/@colyseus'), { recursive: true });
    await symlink(join(ROOT, 'node_modules/@colyseus/sdk'), join(dir, 'node_modules/@colyseus/sdk'));
    await writeFile(join(dir, 'package.json'), '{"type":"module"}');
    await writeFile(join(dir, 'consumer.ts'), CONSUMER);
    const strict = [
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2022,dom,esnext.disposable',
    ];
    const compiled = await run(process.execPath, [TSC, ...strict, '--types', '', join(dir, 'consumer.ts')], {
      cwd: dir,
    }).catch((error: { stdout: string }) => error);
    // The SDK's own declarations have faults that only this strictness shows.
    assert.doesNotMatch(compiled.stdout, /consumer\.ts|@endure/);
    await run(process.execPath, [join(dir, 'consumer.js')]);
    const code = (await readdir(join(home, 'dist'))).filter((name) => name.endsWith('.js'));
    for (const name of code)
      assert.doesNotMatch(await readFile(join(home, 'dist', name), 'utf8'), /src\/rooms|zod/);
  });

  it('goes into a page', async () => {
    const out = join(dir, 'page');
    const target = ['--outDir', out, '--emptyOutDir', '--logLevel', 'error'];
    await writeFile(
      join(dir, 'vite.config.mjs'),
      `export default { build: { target: 'es2022', rolldownOptions: { input: ${JSON.stringify(join(CLIENT, 'examples/browser.html'))} } } };`,
    );
    const config = ['--config', join(dir, 'vite.config.mjs')];
    await run(process.execPath, [VITE, 'build', join(CLIENT, 'examples'), ...target, ...config]);
    const scripts = (await readdir(join(out, 'assets'))).filter((name) => name.endsWith('.js'));
    const sizes = await Promise.all(
      scripts.map(async (name) => gzipSync(await readFile(join(out, 'assets', name))).length),
    );
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    process.stdout.write(`      the page's scripts: ${(bytes / 1000).toFixed(1)} kB compressed\n`);
    assert.ok(bytes > 0 && bytes <= PAGE_BYTES_MAX, `${bytes} bytes`);
  });
});

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}
