import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cleanName } from '../../src/auth/name.ts';

describe('cleanName', () => {
  const rows = [
    ['keeps an ordinary name', 'Ash Ketchum', 'Ash Ketchum'],
    ['keeps other scripts', 'サトシ', 'サトシ'],
    ['drops what parts protocol fields', 'a|b,c', 'abc'],
    ['drops line breaks', 'a\n|win|b', 'a winb'],
    ['drops control characters', 'a\u0000\u0007b', 'ab'],
    ['drops bidi and zero-width characters', 'a\u202eb\u200bc\u2066d', 'abcd'],
    ['drops what only looks like space', '\u3164\u2800\u115f', ''],
    ['drops lone surrogates', 'a\ud83db', 'ab'],
    ['folds white space', '  a \t\u2028 b  ', 'a b'],
    ['cuts at 18', 'x'.repeat(19), 'x'.repeat(18)],
    ['tears no pair apart', `${'x'.repeat(17)}😀`, 'x'.repeat(17)],
  ] as const;
  for (const [name, raw, clean] of rows) {
    it(name, () => assert.equal(cleanName(raw), clean));
  }

  it('gives only what may be shown, and changes nothing a second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (raw) => {
        const clean = cleanName(raw);
        assert(clean.length <= 18);
        assert.doesNotMatch(clean, /[\p{C}|,\n]/u);
        assert.equal(cleanName(clean), clean);
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});
