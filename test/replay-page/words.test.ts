import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FORMATS } from '../../src/battle/format.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { wordsOf } from '../../src/replay-page/words.ts';
import { openingFor, playOut, Recording } from '../support/play.ts';

const NAMES = { p1: 'Ash', p2: 'Gary' };

describe('words', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['|turn|3', 'Turn 3'],
    ['|move|p1a: Pika|Thunder|p2a: Eevee', "Ash's Pika used Thunder."],
    ['|switch|p2a: Evo|Eevee, L50, M|100/100', "Gary's Evo (Eevee) came in."],
    ['|switch|p2a: Eevee|Eevee, L50, M|100/100', "Gary's Eevee came in."],
    ['|-damage|p2a: Evo|31/100 brn|[from] item: Life Orb', "Gary's Evo fell to 31% (Life Orb)."],
    ['|-damage|p2a: Evo|0 fnt', "Gary's Evo fell to 0%."],
    ['|-heal|p1a: Pika|48/48', "Ash's Pika rose to 100%."],
    ['|faint|p1a: Pika', "Ash's Pika fainted."],
    ['|-status|p1a: Pika|tox', "Ash's Pika was badly poisoned."],
    ['|-boost|p1a: Pika|spa|2', "Sp. Atk of Ash's Pika rose sharply."],
    ['|-unboost|p1a: Pika|evasion|0', "evasion of Ash's Pika did not change."],
    ['|-sidestart|p2: Gary|move: Stealth Rock', 'Stealth Rock on the side of Gary.'],
    ['|-weather|RainDance|[from] ability: Drizzle|[of] p1a: X', 'Weather: RainDance.'],
    ['|-fieldstart|move: Trick Room|[of] p1a: X', 'Trick Room began.'],
    ['|cant|p1a: Pika|par', "Ash's Pika cannot move (par)."],
    ['|win|Ash', 'Ash won the battle.'],
    ['|tie', 'The battle ended in a tie.'],
  ];
  for (const [line, text] of rows) {
    it(`tell ${line}`, () => {
      assert.equal(wordsOf(line, NAMES)?.text, text);
    });
  }

  for (const line of ['|', '', 'x', '|upkeep', '|-weather|Sandstorm|[upkeep]', '|raw|<b>x</b>', '|constructor|x', '|-heal|p1a: X|1/2|[silent]']) {
    it(`do not tell "${line}"`, () => {
      assert.equal(wordsOf(line, NAMES), null);
    });
  } // prettier-ignore

  it('are found for any text without throwing', () => {
    const kinds = fc.constantFrom(
      'move',
      '-damage',
      '-boost',
      'switch',
      '-activate',
      'detailschange',
      '-status',
    );
    fc.assert(
      fc.property(kinds, fc.array(fc.string(), { maxLength: 4 }), (kind, parts) => {
        wordsOf(['', kind, ...parts].join('|'), NAMES);
      }),
      { seed: 4 },
    );
  });

  it('leave out nothing that a battle is made of', () => {
    for (const format of ['gen1randombattle', 'gen9randomdoublesbattle'] as const) {
      assert(FORMATS.has(format as never));
      const recording = new Recording(openingFor(format, 'words'));
      playOut(recording, seededRandom(9), { turnsMax: 60 });
      const { spectator } = recording.battle.channels;
      const told = spectator.map((line) => wordsOf(line, NAMES)?.text ?? '');
      for (const [index, line] of spectator.entries()) {
        if (/^\|(?:move|switch|drag|faint|-damage|win)\|/.test(line)) assert.notEqual(told[index], '', line);
      }
      assert.doesNotMatch(told.join('\n'), /undefined|NaN|\|/);
    }
  });
});
