/** The source keeps the shape that ARCHITECTURE.md promises. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

const SOURCE = new URL('../../src/', import.meta.url);

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

function sources(folder = ''): SourceFile[] {
  return readdirSync(new URL(folder, SOURCE), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory()) return sources(`${path}/`);
    return [{ path, text: readFileSync(new URL(path, SOURCE), 'utf8') }];
  });
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}

/** Lines of a file at most. Beyond it, it does two things. */
const LINES_MAX = 350;

const rules: readonly { readonly name: string; readonly isBroken: (file: SourceFile) => boolean }[] = [
  { name: `has ${LINES_MAX} lines at most`, isBroken: ({ text }) => text.split('\n').length > LINES_MAX },
  {
    name: 'begins by saying what it is',
    isBroken: ({ path, text }) => path.endsWith('.ts') && !text.startsWith('/**'),
  },
  { name: 'has no default export', isBroken: ({ text }) => /^export default/m.test(text) },
  {
    name: 'is not called utils, helpers or index',
    isBroken: ({ path }) => /(^|\/)(utils?|helpers?|index|common|misc)\.ts$/.test(path),
  },
  { name: 'leaves nothing for later', isBroken: ({ text }) => /\b(TODO|FIXME|XXX|HACK)\b/.test(text) },
  {
    name: 'reads the environment in the entry points only',
    isBroken: ({ path, text }) =>
      text.includes('process.env') && !['run.ts', 'persistence/database/migrate.ts'].includes(path),
  },
  {
    name: 'keeps clock, chance and waiting out of the core',
    isBroken: ({ path, text }) =>
      /^(battle|ratings)\//.test(path) &&
      /Date\.now|Math\.random|setTimeout|setInterval|\bawait\b|console\./.test(withoutComments(text)),
  },
];

describe('the source', () => {
  const files = sources();
  for (const { name, isBroken } of rules) {
    it(name, () => {
      assert.deepEqual(
        files.filter(isBroken).map(({ path }) => path),
        [],
      );
    });
  }
});
