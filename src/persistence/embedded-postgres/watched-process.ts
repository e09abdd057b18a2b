/**
 * A child process that does not outlive us, however we die. A shell stands between: it reads a pipe of which we hold
 * the other end, and interrupts the child when that end is closed.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Duplex, Readable } from 'node:stream';
import type { Account } from './account.ts';

// The child's own copy of fd 3 is closed, or the pipe would never be at its end.
const WATCHDOG = `"$@" 3<&- & pid=$!
echo "@pid $pid" >&2
( read -r _ <&3; kill -INT $pid ) & watcher=$!
wait $pid; status=$?
kill $watcher 2>/dev/null
exit $status`;

export interface WatchedProcess {
  /** Of the command itself, not of the shell; 0 until it is known. */
  pid(): number;
  /** Lets go of the child: it gets SIGINT. */
  letGo(): void;
  /** Resolves with the exit status when the child is gone. */
  readonly exited: Promise<number | null>;
}

/** `onLine` gets every line that the child writes to stderr. */
export function spawnWatched(
  command: string,
  args: readonly string[],
  account: Account | null,
  cwd: string,
  onLine: (line: string) => void,
): WatchedProcess {
  const shell = spawn('/bin/sh', ['-c', WATCHDOG, 'sh', command, ...args], {
    ...account,
    cwd,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // Its own process group: a Ctrl-C at the terminal is ours to answer.
    detached: true,
  });
  const lifeline = shell.stdio[3] as Duplex;
  lifeline.on('error', () => {});
  let pid = 0;
  createInterface({ input: shell.stdio[2] as Readable }).on('line', (line) => {
    if (line.startsWith('@pid ')) pid = Number(line.slice(5));
    else onLine(line);
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    shell.once('error', reject);
    shell.once('exit', (status) => {
      lifeline.destroy();
      resolve(status);
    });
  });
  return { pid: () => pid, letGo: () => lifeline.destroy(), exited };
}
