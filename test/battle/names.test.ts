import assert from 'node:assert/strict';
import { toID } from '@pkmn/sim';
import fc from 'fast-check';
import { battleNames, cleanName, MAX_NAME_LENGTH } from '../../src/battle/names.ts';

/** Text with what hurts: separators, line ends, controls, bidi, marks, emoji, letters that fold together. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        'a',
        'A',
        '1',
        ' ',
        '|',
        ',',
        '[',
        ']',
        '\n',
        '\r',
        '\t',
        '\0',
        '\u202e',
        '\u0301',
        '\u2028',
        '\u200b',
        '😀',
        'é',
        'ピ',
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join('')),
);

describe('battle names', () => {
  it('are safe in a line, short, and different to the sim', () => {
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 4 }), (names) => {
        const result = battleNames(names);
        assert.equal(result.length, names.length);
        for (const name of result) {
          assert(name.length > 0 && name.length <= MAX_NAME_LENGTH);
          assert.doesNotMatch(name, /[|,[\]]|\p{C}|^ | $|  |(?! )\p{Z}/u);
          assert.notEqual(toID(name), '');
        }
        assert.equal(new Set(result.map(toID)).size, names.length);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('stay as they are when asked again', () => {
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 4 }), (names) => {
        const once = battleNames(names);
        assert.deepEqual(battleNames(once), once);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  const rows: [string, string[], string[]][] = [
    ['leaves ordinary names alone', ['Ash K.', 'Gary'], ['Ash K.', 'Gary']],
    ['tells equal names apart', ['Ash', 'Ash'], ['Ash', 'Ash 2']],
    ['tells names apart that the sim takes for one', ['Ash', 'a-s-h!'], ['Ash', 'a-s-h! 2']],
    ['keeps a fake winner on one line', ['Line\n|win|Evil', 'Bob'], ['Line win Evil', 'Bob']],
    ['gives the nameless a name', ['', '\u202e\n'], ['Player 1', 'Player 2']],
    ['adds what the sim can read to other scripts', ['サトシ', 'サトシ'], ['サトシ 1', 'サトシ 2']],
    ['makes room for the number', ['x'.repeat(30), 'x'.repeat(18)], ['x'.repeat(18), `${'x'.repeat(16)} 2`]],
    ['does not take a number that is somebody’s name', ['1', 'サ', 'ラ 2'], ['1', 'サ 2', 'ラ 2 3']],
    ['takes heaps of marks away', ['Z\u0301\u0302\u0303\u0304algo', 'B'], ['Źalgo', 'B']],
  ];
  for (const [sentence, names, expected] of rows) {
    it(sentence, () => {
      assert.deepEqual(
        battleNames(names).map((name) => name.normalize('NFC')),
        expected,
      );
    });
  }
});

describe('cleanName', () => {
  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(nasty, (name) => {
        assert.equal(cleanName(cleanName(name)), cleanName(name));
      }),
      { seed: 3, numRuns: 1000 },
    );
  });

  it('takes no time over a megabyte', () => {
    assert.equal(cleanName('|'.repeat(1_000_000)), '');
    assert.equal(cleanName('a'.repeat(1_000_000)).length, MAX_NAME_LENGTH);
  });
});
