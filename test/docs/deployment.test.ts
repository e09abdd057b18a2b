/** The operator's pages name settings, codes, commands and places that there are. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { ENVIRONMENT_KEYS, SECRET_KEYS } from '../../src/config/schema.ts';
import { ERRORS } from '../../src/errors.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, DOCS), 'utf8');
const { scripts } = JSON.parse(read('../package.json')) as { scripts: Record<string, string> };

/** Of others: HTTP, Node, the system, pm2, the tests and commands; and messages of the protocol. */
const FOREIGN = [
  'ACL SETUSER default',
  'ALTER ROLE endure PASSWORD',
  'BATTLE_PAUSED',
  'DELETE',
  'EADDRINUSE',
  'ECONNREFUSED',
  'ENDURE_URL',
  'NODE_EXTRA_CA_CERTS',
  'REDIS_SERVER_BIN',
  'REJOIN',
  'SHUTDOWN',
  'SIGTERM',
  'WORKERS',
];
const known = new Set<string>([
  ...ENVIRONMENT_KEYS,
  ...SECRET_KEYS.map((key) => `${key}_FILE`),
  ...Object.keys(ERRORS),
  ...FOREIGN.flatMap((words) => words.split(' ')),
]);

function anchors(text: string): Set<string> {
  const headings = text.matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...headings].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

for (const page of ['deployment.md', 'operations.md', 'troubleshooting.md'])
  describe(`docs/${page}`, () => {
    const text = read(page);

    it('links to what is there', () => {
      for (const [, path = '', anchor] of text.matchAll(/\]\((?!https:)([^)#]*)(?:#([^)]+))?\)/g)) {
        assert.ok(existsSync(new URL(path, DOCS)), path);
        if (anchor) assert.ok(anchors(read(path || page)).has(anchor), anchor);
      }
    });

    it('names commands that there are', () => {
      for (const [, name = ''] of text.matchAll(/npm run ([\w-]+)/g)) assert.ok(name in scripts, name);
    });

    it('names settings and codes that there are', () => {
      const names = [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, code]) =>
        [...code!.matchAll(/(?<![<\w{/])[A-Z][A-Z_]{4,}(?![\w}>])/g)].map(([name]) => name),
      );
      assert.deepEqual(
        names.filter((name) => !known.has(name)),
        [],
      );
    });
  });
