/** What pm2 is told agrees with the server and with what is installed. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NODE_FLAGS } from '../../scripts/node-flags.ts';
import { STOP_MS } from '../../src/run.ts';

const run = promisify(execFile);
const FILE = new URL('../../ecosystem.config.js', import.meta.url).href;
const PRINT = `import(${JSON.stringify(FILE)}).then(({ apps }) => console.log(JSON.stringify(apps)))`;

interface App {
  readonly script: string;
  readonly cwd: string;
  readonly interpreter: string;
  readonly node_args: readonly string[];
  readonly exec_mode: string;
  readonly instances: number;
  readonly env: Readonly<Record<string, string>>;
  readonly increment_var: string;
  readonly wait_ready: boolean;
  readonly listen_timeout: number;
  readonly kill_timeout: number;
  readonly treekill: boolean;
}

/** As pm2 sees it, in a process with these variables alone. */
async function load(env: Record<string, string>): Promise<App> {
  const { stdout } = await run(process.execPath, ['-e', PRINT], { env });
  const apps = JSON.parse(stdout) as App[];
  assert.equal(apps.length, 1);
  return apps[0]!;
}

describe('ecosystem.config.js', () => {
  it('names what is there', async () => {
    const app = await load({});
    accessSync(join(app.cwd, app.script), constants.R_OK);
    accessSync(app.interpreter, constants.X_OK);
    const { stdout } = await run(app.interpreter, ['--version']);
    assert.match(stdout, /^v24\./);
    assert.deepEqual(app.node_args, NODE_FLAGS);
  });

  it('gives every process a port of its own', async () => {
    const app = await load({ PORT: '4000', WORKERS: '3' });
    assert.equal(app.exec_mode, 'fork');
    assert.equal(app.instances, 3);
    assert.equal(app.env[app.increment_var], '4000');
    assert.equal((await load({})).env['PORT'], '2567');
  });

  it('starts one process where there is no Redis, and more where there is', async () => {
    assert.equal((await load({})).instances, 1);
    assert.ok((await load({ REDIS_URL: 'redis://127.0.0.1', WORKERS: '2' })).instances === 2);
  });

  it('waits for a process that starts, and for one that hands its battles over', async () => {
    const app = await load({});
    assert.equal(app.wait_ready, true);
    assert.ok(app.listen_timeout >= 30_000);
    assert.ok(app.kill_timeout > STOP_MS);
    assert.equal(app.treekill, false);
  });
});
