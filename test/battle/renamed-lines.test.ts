import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FORMATS } from '../../src/battle/format.ts';
import { battleNames } from '../../src/battle/names.ts';
import type { Opening } from '../../src/battle/opening.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { renamed } from '../../src/battle/renamed-lines.ts';
import { replay } from '../../src/battle/replay.ts';
import { openingFor, playOut, Recording } from '../support/play.ts';

function named(opening: Opening, names: readonly string[]): Opening {
  return { ...opening, sides: opening.sides.map((side, index) => ({ ...side, name: names[index]! })) };
}

/** Names of Pokémon, of effects and of the places that lines write names in. */
const NAMES = fc.oneof(
  fc.constantFrom(
    'p1',
    'p2: One',
    'Pikachu',
    'Spikes',
    'win',
    'of ',
    "A's pokemon was",
    '$&',
    '(.*)',
    'Ünï 😀',
    'Reflect',
  ),
  fc.string({ unit: 'grapheme', maxLength: 18 }),
);

describe('renamed', () => {
  it('gives the lines that the battle would have had under the other name', () => {
    const formats = [...FORMATS.keys()];
    const threeNames = fc.tuple(NAMES, NAMES, NAMES);
    const arbitrary = fc.tuple(threeNames, fc.nat(formats.length - 1), fc.constantFrom(0, 1), fc.nat(1000));
    fc.assert(
      fc.property(arbitrary, ([[one, two, other], format, index, seed]) => {
        const names = battleNames([one, two]);
        const to = battleNames([names[1 - index]!, other])[1]!;
        const after = names.with(index, to);
        const recording = new Recording(named(openingFor(formats[format]!, `renamed ${seed}`), names));
        playOut(recording, seededRandom(seed), { turnsMax: 30 });
        const { battle } = replay(named(recording.opening, after), recording.entries);
        const lines = renamed(recording.battle.channels.spectator, names[index]!, to);
        assert.deepEqual(lines, battle.channels.spectator);
      }),
      { seed: 4, numRuns: 24 },
    );
  }).timeout(30_000);

  const of = (line: string) =>
    renamed(['|player|p1|Ash|60|1200', '|player|p2|Gary||', line], 'Ash', 'Gone')[2];
  const rows: readonly (readonly [string, string])[] = [
    ['|win|Ash', '|win|Gone'],
    ['|-sidestart|p1: Ash|move: Light Screen', '|-sidestart|p1: Gone|move: Light Screen'],
    ['|-sideend|p1: Ash|Spikes|[from] move: Rapid Spin|[of] p1a: Ash', '|-sideend|p1: Gone|Spikes|[from] move: Rapid Spin|[of] p1a: Ash'],
    ["|-message|(2 of Ash's pokemon were cured by Natural Cure.)", "|-message|(2 of Gone's pokemon were cured by Natural Cure.)"],
    ["|-message|Ash's team started with the rudimentary means to perform restorative berry-cycling and thus loses.", "|-message|Gone's team started with the rudimentary means to perform restorative berry-cycling and thus loses."],
    ["|raw|Ash's Tera Types:<br />", "|raw|Gone's Tera Types:<br />"],
  ]; // prettier-ignore
  for (const [line, expected] of rows) {
    it(`finds the name in ${line.slice(0, 60)}`, () => {
      assert.equal(of(line), expected);
    });
  }

  const strangers = [
    '|switch|p1a: Ash|Pikachu, L50, M|100/100',
    '|-curestatus|p1: Ash|psn|[msg]',
    '|-sidestart|p2: Ash|Spikes',
    '|win|Ash Ketchum',
    '|move|p1a: Ash|Thunder|p2a: Ash',
    '|-message|Ash',
    '|c|Ash|Ash',
  ];
  for (const line of strangers) {
    it(`leaves ${line} alone`, () => {
      assert.equal(of(line), line);
    });
  }

  it('changes nothing where nobody has the name', () => {
    const { channels } = new Recording(openingFor('gen9randombattle', 'nobody')).battle;
    assert.deepEqual(renamed(channels.spectator, 'Nobody', 'Gone'), channels.spectator);
  });
});
