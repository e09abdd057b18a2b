/** What the programs themselves say of their files: systemd, the shell, terraform. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Verdict } from './verdict.ts';

/** Its paths lead to where the server is installed; here they lead to something that exists. */
export function checkSystemd(root: string, path: string): Verdict {
  const folder = mkdtempSync(join(tmpdir(), 'endure-unit-'));
  try {
    const unit = readFileSync(`${root}${path}`, 'utf8')
      .replaceAll('/opt/endure/node_modules/.bin/node', process.execPath)
      .replaceAll('/opt/endure', folder);
    const copy = join(folder, basename(path));
    writeFileSync(copy, unit);
    // It says what it does not understand, and ends well all the same.
    return complaints('systemd-analyze', ['verify', '--man=no', copy], true);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function checkShell(root: string, path: string): Verdict {
  return complaints('sh', ['-n', `${root}${path}`]);
}

/** Syntax and form; what the resources may have, only their provider knows. */
export function checkTerraform(root: string, path: string): Verdict {
  return complaints('terraform', ['fmt', '-check', '-diff', `${root}${path}`]);
}

/** For languages that nothing here reads: their head tells the reader so. */
export function saysUnparsed(root: string, path: string): Verdict {
  const head = readFileSync(`${root}${path}`, 'utf8').split('\n').slice(0, 5).join(' ');
  return /nothing on our side can parse/i.test(head)
    ? []
    : ['does not say in its head that it is not parsed'];
}

/** By its status, and where `isStrict` also by whatever it says. */
function complaints(program: string, args: readonly string[], isStrict = false): Verdict {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) return `there is no ${program}`;
  const said = `${stdout}${stderr}`.trim();
  if (status === 0 && !(isStrict && said)) return [];
  return [`is refused by ${program}: ${said || `status ${status}`}`];
}
