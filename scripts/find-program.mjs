/** Finds a program that tests or checks need; where it is missing, it is installed on Linux as root, unless NO_APT is set. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

// Debian puts servers where only root's path leads.
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), '/usr/sbin'];

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function install(packageName) {
  const run = (...args) =>
    execFileSync('apt-get', args, {
      // Only the program: it need not serve anything.
      env: { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  process.stderr.write(`The tests need ${packageName}: installing it with apt-get.\n`);
  try {
    run('update', '-qq');
    run('install', '-qq', '-y', '--no-install-recommends', packageName);
  } catch (error) {
    process.stderr.write(`apt-get failed: ${error.message}\n`);
  }
}

/**
 * The path of the first of `names` that can be run, or undefined. `given`: the one that shall be used, if somebody said
 * so. `packageName`: Debian's.
 */
export function findProgram({ given, names, packageName }) {
  if (given) return isExecutable(given) ? given : undefined;
  const find = () => names.flatMap((name) => FOLDERS.map((folder) => join(folder, name))).find(isExecutable);
  const mayInstall = process.platform === 'linux' && process.geteuid() === 0 && !process.env.NO_APT;
  if (!find() && mayInstall) install(packageName);
  return find();
}
