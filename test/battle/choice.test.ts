import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isChoiceText, MAX_CHOICE_LENGTH } from '../../src/battle/choice.ts';
import { FORMATS } from '../../src/battle/format.ts';
import { randomChoice } from '../../src/battle/legal-choice.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { openingFor, playOut, Recording } from '../support/play.ts';

const EVENTS = [
  'mega',
  'megax',
  'megay',
  'zmove',
  'ultra',
  'dynamax',
  'max',
  'gigantamax',
  'terastal',
  'terastallize',
];

const ACCEPTED: readonly string[] = [
  'move 1', 'move 4', 'move tackle', 'move hiddenpowerfire60', 'move struggle', 'move recharge', 'move fight',
  'move 1 1', 'move 1 +2', 'move 2 -1', 'move 3 -2', 'move 1 3', 'move conversion2', 'move',
  ...EVENTS.flatMap((event) => [`move 1 ${event}`, `move 2 1 ${event}`, `move 2 ${event} -2`]),
  'switch 2', 'switch 6', 'switch 24', 'switch pikachu', 'switch Pikachu', 'switch',
  'pass', 'skip', 'shift', 'default', 'auto', 'testfight',
  'move 1, move 2', 'move 1,move 2', 'move 1 , move 2', 'switch 3, pass', 'pass, switch 4', 'default, move 1',
  'move 1 terastallize, move 2 1', 'move 1 2, move 1 1, move 1',
  'team 1', 'team 123456', 'team 4132', 'team 1,2,3', 'team 1, 2, 3', 'team 10,11,12', 'team 123456789',
]; // prettier-ignore

const REFUSED: readonly string[] = [
  '', ' ', 'foo', 'undo', 'team', 'forfeit', 'move 1 foo', 'move 1 mega mega', 'move 1 4', 'move 1 -',
  'move  1', ' move 1', 'move 1 ', 'MOVE 1', 'Move 1', 'pass 1', 'default 1', 'team 1;2', 'team 0,', 'switch 1 2',
  'move 1\n', 'move 1\n>eval globalThis.x = 1', 'move 1\n>p2 move 1', 'move 1\r', 'move 1\u2028', 'move 1\u0085',
  'move 1\t', 'move 1\0', '>eval 1', '>p1 move 1', '>forcewin p1', '|win|One', 'move 1|win|One', 'switch One|faint',
  'move ｍｏｖｅ', 'move é', 'move 1 ', 'move tack-le', 'move u turn', 'switch Mr. Mime', 'switch <b>', 'move $x',
  'move 1; move 2', 'move 1,, move 2', ',move 1', 'move 1,', 'move 1, undo', 'move 1, foo', 'foo, move 1',
  'move 1, move 1, move 1, move 1', 'team 1, move 1', 'move 1, team 1', `move ${'a'.repeat(41)}`,
  `team ${'1'.repeat(25)}`, `team ${Array.from({ length: 25 }, () => '1').join(',')}`,
]; // prettier-ignore

describe('what may be a choice', () => {
  for (const text of ACCEPTED) it(`accepts ${JSON.stringify(text)}`, () => assert(isChoiceText(text)));
  for (const text of REFUSED) it(`refuses ${JSON.stringify(text)}`, () => assert(!isChoiceText(text)));

  it('is no longer than its limit', () => {
    const slot = `move ${'a'.repeat(40)} 1 terastallize`;
    const longest = [slot, slot, slot].join(' , ');
    assert(longest.length <= MAX_CHOICE_LENGTH && isChoiceText(longest));
    const team = `team ${Array.from({ length: 24 }, () => '10').join(', ')}`;
    assert(team.length <= MAX_CHOICE_LENGTH && isChoiceText(team));
    assert(!isChoiceText('move 1'.padEnd(MAX_CHOICE_LENGTH + 1, '1')));
  });

  it('has only printable ASCII characters without a meaning to the stream or the protocol', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), mangled()), (text) => {
        fc.pre(isChoiceText(text));
        assert.match(text, /^[a-zA-Z0-9 ,+-]{1,200}$/);
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });

  it('is decided in no time, whatever the text', () => {
    for (const part of ['move 1,', 'move 1 , ', 'team 1', '1, ', ' ', 'a', 'move a -1 mega ']) {
      assert(!isChoiceText(part.repeat(200_000)));
      assert(!isChoiceText(`${part.repeat(MAX_CHOICE_LENGTH).slice(0, MAX_CHOICE_LENGTH - 1)}!`));
    }
  });

  it('is whatever a legal choice can be', () => {
    for (const format of FORMATS.keys()) {
      const recording = new Recording(openingFor(format, 'choices'));
      playOut(recording, seededRandom(format), {
        turnsMax: 8,
        probes: ({ battle }, side, random) => {
          const text = randomChoice(battle.request(side)!, random);
          assert(isChoiceText(text), `${format}: ${text}`);
          return [text];
        },
      });
    }
  }).timeout(20_000);
});

/** Nearly a choice. */
function mangled(): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...ACCEPTED), fc.nat(30), fc.string({ unit: 'binary', maxLength: 3 }))
    .map(([text, at, insert]) => text.slice(0, at) + insert + text.slice(at));
}
