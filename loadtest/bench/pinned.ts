/** Processes tied to one core, and the processor time that they have used. Linux only: it reads /proc and runs taskset. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface PinnedOptions {
  readonly core: number;
  readonly file: URL;
  readonly args?: readonly string[];
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A Node process with a channel for messages, whose stdout is ours to read. */
export function spawnPinned({ core, file, args = [], nodeArgs = [], env = {} }: PinnedOptions): ChildProcess {
  const command = ['-c', String(core), process.execPath, ...nodeArgs, file.pathname, ...args];
  return spawn('taskset', command, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
}

/** Ties the children of a process, theirs too, to another core than its own. */
export function moveChildren(pid: number, core: number): void {
  for (const child of descendants(pid))
    execFileSync('taskset', ['-a', '-p', '-c', String(core), String(child)], { stdio: 'ignore' });
}

/** Microseconds of processor time that a process has used with all its threads, without its children. */
export function cpuOfProcess(pid: number): number {
  return cpuIn(`/proc/${pid}/stat`);
}

/** The same of its first thread alone, which runs the JavaScript: the others compile and collect garbage. */
export function cpuOfMainThread(pid: number): number {
  return cpuIn(`/proc/${pid}/task/${pid}/stat`);
}

/** The answer to a message to a child. */
export function ask<Answer>(child: ChildProcess, message: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error(`The process ended before it answered "${message}".`));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve(answer as Answer);
    });
    child.send(message);
  });
}

export function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

function cpuIn(path: string): number {
  const [, , , , , , , , , , , user, system] = fieldsOf(path);
  // The unit of /proc is the same hundredth of a second on every architecture.
  return (Number(user) + Number(system)) * 10_000;
}

/** Fields of a `stat` file from the state on, so that index 1 is the parent. */
function fieldsOf(path: string): string[] {
  const stat = readFileSync(path, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => parentOf(other) === pid);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(fieldsOf(`/proc/${pid}/stat`)[1]);
  } catch {
    // It has ended since it was listed.
    return undefined;
  }
}
