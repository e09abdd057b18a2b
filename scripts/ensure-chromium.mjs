/**
 * Makes sure of a Chromium for the tests of the page. Where there is none, it is installed on Linux as root with apt-get,
 * unless NO_APT is set; otherwise the tests that need it say how to get one.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const mayInstall = process.platform === 'linux' && process.geteuid() === 0 && !process.env.NO_APT;
if (mayInstall && !PLACES.some((path) => existsSync(path))) {
  const run = (...args) => execFileSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  process.stderr.write('The tests of the page need Chromium: installing it with apt-get.\n');
  try {
    run('update', '-qq');
    run('install', '-qq', '-y', '--no-install-recommends', 'chromium');
  } catch (error) {
    process.stderr.write(`apt-get failed: ${error.message}\n`);
  }
}
