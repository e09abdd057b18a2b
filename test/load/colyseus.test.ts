/** The scripts for `@colyseus/loadtest`, without a screen, against the real server. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServerProcess, TEST_SECRET, type ServerProcess } from '../support/server-process.ts';

interface Live {
  readonly spectators: number;
  readonly turn: number;
}

const POLL_MS = 50;

async function battles(url: string): Promise<Live[]> {
  return ((await (await fetch(`${url}/battles/live`)).json()) as { items: Live[] }).items;
}

describe('the scripts for @colyseus/loadtest', function () {
  this.timeout(60_000);
  let server: ServerProcess;
  const running: ChildProcess[] = [];

  before(async () => {
    server = await startServerProcess();
  });
  after(async () => {
    for (const child of running) child.kill('SIGKILL');
    await server.dispose();
  });

  function start(script: string, room: string, clients: number): { child: ChildProcess; log: string } {
    const log = join(server.dataDir, `${script}.log`);
    const file = new URL(`../../loadtest/${script}.ts`, import.meta.url).pathname;
    const endpoint = server.url.replace('http', 'ws');
    const args = ['--endpoint', endpoint, '--room', room, '--numClients', String(clients), '--output', log];
    const child = spawn(process.execPath, [file, ...args], {
      env: { PATH: process.env['PATH'], TERM: 'xterm', JWT_SECRET: TEST_SECRET },
      stdio: 'ignore',
    });
    running.push(child);
    return { child, log };
  }

  it('play and watch', async () => {
    const scripts = [start('colyseus-battles', 'matchmaking', 4)];
    const two = async (isMeant: (battle: Live) => boolean): Promise<void> => {
      for (;;) {
        const found = await battles(server.url);
        if (found.length === 2 && found.every(isMeant)) return;
        await sleep(POLL_MS);
      }
    };
    // Spectators who come while there is but one battle all watch that, and go on to the next together.
    await two(() => true);
    scripts.push(start('colyseus-spectators', 'battle', 2));
    await two(({ turn, spectators }) => turn > 1 && spectators > 0);
    for (const { child, log } of scripts) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      const told = await readFile(log, 'utf8');
      assert.match(told, /Successful connections: [1-9]/);
      assert.match(told, /Failed connections: 0/);
      assert.match(told, /Total errors: 0/);
    }
  });
});
