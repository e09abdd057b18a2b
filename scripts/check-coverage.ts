/** Whether docs/coverage.md has a row for every promise, and each row leads to something. Part of `npm run check`. */
import { existsSync, readFileSync } from 'node:fs';
import { faultsOf } from './check-coverage/page.ts';

const ROOT = new URL('../', import.meta.url);

const faults = faultsOf(readFileSync(new URL('docs/coverage.md', ROOT), 'utf8'), 'docs', {
  has: (path) => existsSync(new URL(path, ROOT)),
  read: (path) => readFileSync(new URL(path, ROOT), 'utf8'),
});

for (const fault of faults) console.error(`docs/coverage.md: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
