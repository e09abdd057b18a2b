import assert from 'node:assert/strict';
import { anchorsOf, expectedIds, faultsOf, type Tree } from '../../scripts/check-coverage/page.ts';

const FILES: Readonly<Record<string, string>> = {
  'src/a.ts': '',
  'test/a.test.ts': '',
  'test/prove/a.prove.ts': '',
  'docs/proofs/a.json': '',
  'docs/proofs/b.json': '',
  'docs/a.md': '# A page\n\n## The `name` of it, twice\n\n## The name of it, twice\n',
};

const tree: Tree = { has: (path) => path in FILES, read: (path) => FILES[path]! };

const HEAD = '| id | promise | settled by | state |\n| --- | --- | --- | --- |';
const GOOD = '| A01 | battles \\| more | [a](../test/a.test.ts), [proof](proofs/a.json) | done |';
const OTHERS = expectedIds()
  .slice(1)
  .map((id) => `| ${id} | something | not yet | later |`);

function faultsWith(row: string, others: readonly string[] = OTHERS): readonly string[] {
  return faultsOf(`# Title\n\n${[HEAD, row, ...others].join('\n')}\n\ntext`, 'docs', tree);
}

describe('the check of docs/coverage.md', () => {
  it('finds nothing wrong with a page that holds', () => {
    assert.deepEqual(faultsWith(GOOD), []);
  });

  it('expects every promise, each letter without a gap', () => {
    const ids = expectedIds();
    assert.equal(ids.length, 197);
    for (const id of ['A01', 'A41', 'B28', 'C74', 'D28', 'E21', 'F12']) assert(ids.includes(id), id);
  });

  const broken: readonly (readonly [what: string, row: string, fault: RegExp])[] = [
    ['a link to no file', '| A01 | x | [a](../test/b.test.ts) | done |', /b\.test\.ts leads nowhere/],
    ['a link beside the project', '| A01 | x | [a](../../test/a.test.ts) | done |', /leads out/],
    ['a link out of the project', '| A01 | x | [a](https://example.org) [b](a.md) | doc |', /leads out/],
    ['a link to no heading', '| A01 | x | [a](a.md#other) | doc |', /leads to no heading/],
    ['an anchor in what has no headings', '| A01 | x | [a](../src/a.ts#L1) | done |', /leads to no heading/],
    [
      'a proof that nothing makes',
      '| A01 | x | [b](proofs/b.json) | done |',
      /nothing makes proofs\/b\.json/,
    ],
    ['a state that there is not', '| A01 | x | [a](../src/a.ts) | ready |', /"ready" is no state/],
    ['a promise that is open', '| A01 | x | missing | open |', /"open" is no state/],
    ['done without a test, proof or source', '| A01 | x | [a](a.md) | done |', /done, and no test/],
    ['partly without what is left', '| A01 | x | [a](../src/a.ts) | partly |', /not said what is for later/],
    ['partly without a test, proof or source', '| A01 | x | Later: all | partly |', /partly, and no test/],
    ['doc without a page', '| A01 | x | [a](../src/a.ts) | doc |', /doc, and no page/],
    ['no reason for later', '| A01 | x |  | later |', /later, and not said why/],
    ['no reason for a refusal', '| A01 | x |  | refused |', /refused, and not said why/],
    ['no promise', '| A01 |  | [a](../src/a.ts) | done |', /no promise/],
    ['too few cells', '| A01 | x | [a](../src/a.ts) |', /"" is no state/],
    ['an unknown id', '| A01, A42 | x | [a](../src/a.ts) | done |', /A42 is no promise/],
    ['an id that is there twice', '| A01, A02 | x | [a](../src/a.ts) | done |', /A02 is there twice/],
    ['a missing id', '| A1 | x | [a](../src/a.ts) | done |', /A01 is missing/],
  ];
  for (const [what, row, fault] of broken)
    it(`finds ${what}`, () => {
      assert.match(faultsWith(row).join('\n'), fault);
    });

  it('finds every row that is missing', () => {
    assert.deepEqual(faultsWith(GOOD, OTHERS.slice(1)), ['A02 is missing']);
  });

  it('takes several ids for one row, and tables of other things for none', () => {
    const row = '| A01, A02 | x | [a](a.md#the-name-of-it-twice-1) | doc |';
    assert.deepEqual(
      faultsWith(row, [...OTHERS.slice(1), '', '| word | means |', '| --- | --- |', '| a | b |']),
      [],
    );
  });

  it('names headings as GitHub does', () => {
    const page = '# One\n```sh\n# no heading\n```\n## `GET /a/:id` · *b*_c [d](e)\n## One\n';
    assert.deepEqual([...anchorsOf(page)], ['one', 'get-aid--b_c-d', 'one-1']);
  });
});
