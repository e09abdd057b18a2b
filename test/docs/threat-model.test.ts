/** docs/threat-model.md names what shows each claim: none of it leads nowhere. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);
const PAGE = readFileSync(new URL('docs/threat-model.md', ROOT), 'utf8');
/** Where a name that begins with no folder of ours is looked for. */
const HOMES = ['', 'test/security/', 'src/'];

describe('docs/threat-model.md', () => {
  it('names files that are there', () => {
    const named = Array.from(
      PAGE.matchAll(/`([\w./-]+\/[\w.-]+|[\w-]+\.(?:proof|test)\.ts|[\w-]+\.ts)`/g),
      ([, path]) => path!,
    );
    const files = named.filter((path) => !path.startsWith('/'));
    assert.ok(files.length > 30);
    for (const path of files)
      assert.ok(
        HOMES.some((home) => existsSync(new URL(home + path, ROOT))),
        path,
      );
  });

  it('names proofs that are there', () => {
    const proofs = readdirSync(new URL('test/prove/', ROOT));
    for (const [, name] of PAGE.matchAll(/npm run prove ([\w-]+)/g))
      assert.ok(proofs.includes(`${name}.prove.ts`), name);
  });

  it('says of each attack what stands against it, and what shows it', () => {
    const rows = PAGE.slice(0, PAGE.indexOf('## Accepted'))
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| attack') && !line.startsWith('| ---'));
    assert.ok(rows.length >= 25);
    for (const row of rows) assert.deepEqual([row.split(' | ').length, /\| *\|/.test(row)], [3, false], row);
  });
});
