/** Finds nginx for the checks and tests of deploy/, and prints its path; without one it tells the ways out, and they are skipped. */
import { findProgram } from './find-program.mjs';

const found = findProgram({ given: process.env.NGINX_BIN, names: ['nginx'], packageName: 'nginx' });
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
