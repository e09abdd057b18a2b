/** Finds a Redis server for the tests and for `npm run cluster`, and prints its path; without one this ends with status 2 and the ways out. */
import { findProgram } from './find-program.mjs';

const found = findProgram({
  given: process.env.REDIS_SERVER_BIN,
  names: ['redis-server', 'valkey-server'],
  packageName: 'redis-server',
});
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
