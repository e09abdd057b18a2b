/**
 * Finds nginx for the checks and tests of deploy/, and prints its path. Where there is none, it is installed on Linux as
 * root with apt-get, unless NO_APT is set; otherwise it tells the ways out, and the tests that need it are skipped.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

// Debian puts it where only root's path leads.
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), '/usr/sbin'];

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath() {
  return FOLDERS.map((folder) => join(folder, 'nginx')).find(isExecutable);
}

function install() {
  const run = (...args) =>
    execFileSync('apt-get', args, {
      // Only the program: it need not serve anything.
      env: { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  process.stderr.write('The tests of deploy/ need nginx: installing it with apt-get.\n');
  try {
    run('update', '-qq');
    run('install', '-qq', '-y', '--no-install-recommends', 'nginx');
  } catch (error) {
    process.stderr.write(`apt-get failed: ${error.message}\n`);
  }
}

function find() {
  const given = process.env.NGINX_BIN;
  if (given) return isExecutable(given) ? given : undefined;
  const mayInstall = process.platform === 'linux' && process.geteuid() === 0 && !process.env.NO_APT;
  if (!onPath() && mayInstall) install();
  return onPath();
}

const found = find();
if (found) {
  process.stdout.write(`${found}\n`);
} else {
  process.stderr.write(
    [
      'There is no nginx, so what deploy/nginx says is not tested. Either',
      '- install it: apt-get install nginx, or brew install nginx; or',
      '- set NGINX_BIN to the nginx that shall be used; or',
      '- on Linux run npm test as root with apt-get and without NO_APT: then it is installed.',
      '',
    ].join('\n'),
  );
}
