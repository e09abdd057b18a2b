/**
 * `npm test`: the whole suite in two runs of mocha side by side, because much of it waits for clocks, processes and
 * browsers. What the second one prints comes after the first one's. With arguments, mocha with these.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';

const MOCHA = 'node_modules/mocha/bin/mocha.js';
/** Tests that start many processes, or browsers. */
const SERVERS = /^test\/(client|cluster|deploy|drills|web)\//;

interface Run {
  readonly status: number;
  readonly printed: Buffer;
}

/** `isHeld`: what it prints is given back, not shown. */
async function mocha(args: readonly string[], isHeld = false): Promise<Run> {
  const color = process.stdout.isTTY ? ['--color'] : [];
  const child = spawn(process.execPath, [MOCHA, ...color, ...args], {
    stdio: ['ignore', isHeld ? 'pipe' : 'inherit', 'inherit'],
  });
  const printed: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => void printed.push(chunk));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status: status ?? 1, printed: Buffer.concat(printed) };
}

const args = process.argv.slice(2);
const files = globSync('test/**/*.test.ts').toSorted();
const [first, second] = await Promise.all(
  args.length > 0
    ? [mocha(args)]
    : [
        mocha(files.filter((file) => SERVERS.test(file))),
        mocha(
          files.filter((file) => !SERVERS.test(file)),
          true,
        ),
      ],
);
process.stdout.write(second?.printed ?? '');
process.exitCode = first.status || (second?.status ?? 0);
