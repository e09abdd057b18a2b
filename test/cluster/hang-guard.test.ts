/** Real processes: one whose main loop hangs, one that is stopped for longer than its lease and goes on. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { LEASE_MS } from '../../src/cluster/process-lease.ts';

const CHILD = new URL('./hang-guard.child.ts', import.meta.url).pathname;

interface Guarded {
  readonly child: ChildProcess;
  readonly lines: Interface;
  readonly exited: Promise<[status: number | null, signal: NodeJS.Signals | null]>;
  readonly stderr: () => string;
}

describe('the hang guard', function () {
  this.timeout(20_000);
  const children = new Set<ChildProcess>();
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
  });

  async function start(): Promise<Guarded> {
    const child = spawn(process.execPath, [CHILD], { stdio: ['pipe', 'pipe', 'pipe'] });
    children.add(child);
    let stderr = '';
    child.stderr.on('data', (text) => (stderr += String(text)));
    const exited = once(child, 'close') as Guarded['exited'];
    const lines = createInterface({ input: child.stdout });
    await once(lines, 'line');
    return { child, lines, exited, stderr: () => stderr };
  }

  it('kills a process whose main loop stands still', async () => {
    const { child, exited, stderr } = await start();
    child.stdin!.write('block\n');
    assert.deepEqual(await exited, [null, 'SIGKILL']);
    assert.match(stderr(), /main loop stood still for 4000 ms/);
  });

  it('lets a process live that takes up many battles at once', async () => {
    const { child, lines, exited } = await start();
    const recovers = async (): Promise<string> => {
      for (;;) {
        const [line] = (await once(lines, 'line')) as [string];
        if (line === 'recovered') return line;
      }
    };
    const recovered = recovers();
    child.stdin!.write('recover\n');
    assert.equal(await Promise.race([recovered, exited]), 'recovered');
  });

  it('lets a process live that was stopped for longer than its lease', async () => {
    const { child, lines, exited } = await start();
    child.kill('SIGSTOP');
    // Nothing happens meanwhile that could be awaited: that is the case.
    await sleep(LEASE_MS + 2_000);
    child.kill('SIGCONT');
    const livesOn = async (): Promise<string> => {
      // Longer than the guard waits between two looks.
      for (let line = 0; line < 15; line++) await once(lines, 'line');
      return 'lives';
    };
    assert.equal(await Promise.race([livesOn(), exited]), 'lives');
  });
});
