/**
 * Finds a Redis server for the tests and for `npm run cluster`, and prints its path. Where there is none, it is installed on Linux as root with
 * apt-get, unless NO_APT is set; otherwise this ends with status 2 and the ways out.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['redis-server', 'valkey-server'];

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function install() {
  const run = (...args) => execFileSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  process.stderr.write('The tests need a Redis server: installing redis-server with apt-get.\n');
  try {
    run('update', '-qq');
    run('install', '-qq', '-y', '--no-install-recommends', 'redis-server');
  } catch (error) {
    process.stderr.write(`apt-get failed: ${error.message}\n`);
  }
}

function find() {
  const given = process.env.REDIS_SERVER_BIN;
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
      'A Redis server (7.0 or later) is needed and there is none. Either',
      '- install it: apt-get install redis-server, brew install redis, or valkey; or',
      '- set REDIS_SERVER_BIN to the redis-server or valkey-server that shall be used; or',
      '- on Linux run npm test as root with apt-get and without NO_APT: then it is installed.',
      '',
    ].join('\n'),
  );
  process.exitCode = 2;
}
