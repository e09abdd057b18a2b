import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startEmbeddedPostgres } from '../../src/persistence/embedded-postgres.ts';
import type { EmbeddedPostgres } from '../../src/persistence/embedded-postgres.ts';
import { runSql, temporaryDirectory } from '../support/postgres.ts';

const HOLDER = new URL('./embedded-postgres.child.ts', import.meta.url).pathname;

describe('startEmbeddedPostgres', () => {
  let dataDir: string;
  const running: EmbeddedPostgres[] = [];
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    dataDir = await temporaryDirectory();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await Promise.all(running.splice(0).map((postgres) => postgres.stop()));
    await rm(dataDir, { recursive: true });
  });

  async function start(onNotice?: (text: string) => void): Promise<EmbeddedPostgres> {
    const postgres = await startEmbeddedPostgres({ dataDir, fsync: false, ...(onNotice && { onNotice }) });
    running.push(postgres);
    return postgres;
  }

  it('can be reached through a socket that only its account may use, and not by TCP', async () => {
    const postgres = await start();
    assert.equal((await stat(postgres.host)).mode & 0o077, 0);
    const { rows } = await runSql(postgres, 'show listen_addresses');
    assert.deepEqual(rows, [{ listen_addresses: '' }]);
    const { rows: versions } = await runSql(postgres, 'show server_version_num');
    assert.match(String(versions[0].server_version_num), /^18/);
  });

  it('keeps what was written over a stop and a start', async () => {
    const first = await start();
    await runSql(first, 'create table kept as select 42 as answer');
    await first.stop();
    const second = await start();
    assert.deepEqual((await runSql(second, 'select * from kept')).rows, [{ answer: 42 }]);
    assert.deepEqual(
      (await readdir(join(second.host))).filter((name) => name.startsWith('data.init')),
      [],
    );
  });

  it('starts again at the same address when it is killed', async () => {
    const again = Promise.withResolvers<void>();
    const notices: string[] = [];
    const postgres = await start((text) => {
      notices.push(text);
      if (text.includes('again') && notices.length > 1) again.resolve();
    });
    await runSql(postgres, 'create table kept as select 42 as answer');
    const killed = postgres.pid();
    process.kill(killed, 'SIGKILL');
    await again.promise;
    assert.notEqual(postgres.pid(), killed);
    assert.deepEqual((await runSql(postgres, 'select * from kept')).rows, [{ answer: 42 }]);
  });

  it('leaves no process behind when its owner is killed, and the next start works', async () => {
    const owner = spawn(process.execPath, [HOLDER, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(owner);
    const lines = createInterface({ input: owner.stdout });
    const [line] = (await once(lines, 'line')) as [string];
    const pid = Number(line);
    process.kill(pid, 0);
    owner.kill('SIGKILL');
    const postgres = await start();
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    assert.notEqual(postgres.pid(), pid);
    assert.equal((await runSql(postgres, 'select 1 as one')).rows.length, 1);
  });

  it('refuses a directory that another major version wrote', async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(first.host, 'data', 'PG_VERSION'), '15\n');
    await assert.rejects(start(), /was written by PostgreSQL 15/);
  });

  it('refuses a directory that others may enter', async () => {
    await mkdir(join(dataDir, 'postgres'), { mode: 0o755 });
    await assert.rejects(start(), /must be a directory with mode 0700/);
  });

  it('is not misled by a first start that was killed', async () => {
    await mkdir(join(dataDir, 'postgres', 'data.init-half'), { recursive: true, mode: 0o700 });
    const postgres = await start();
    assert.equal((await runSql(postgres, 'select 1')).rows.length, 1);
    assert.deepEqual(
      (await readdir(join(dataDir, 'postgres'))).filter((name) => name.startsWith('data.init')),
      [],
    );
  });
});
