import assert from 'node:assert/strict';
import { extractChannelMessages } from '@pkmn/sim';
import fc from 'fast-check';
import { appendLines, emptyChannels } from '../../src/battle/channel.ts';

describe('the channels of a battle', () => {
  const rows: readonly (readonly [string, readonly string[], readonly [string[], string[], string[]]])[] = [
    ['a line for everybody', ['|turn|1'], [['|turn|1'], ['|turn|1'], ['|turn|1']]],
    ['the empty line', ['|'], [['|'], ['|'], ['|']]],
    ['a secret of p1', ['|split|p1', '|a|1', '|a|%'], [['|a|1'], ['|a|%'], ['|a|%']]],
    ['a secret of p2', ['|split|p2', '|a|1', '|a|%'], [['|a|%'], ['|a|1'], ['|a|%']]],
    ['a secret with nothing for the others', ['|split|p2', '|a|1', ''], [[], ['|a|1'], []]],
    ['what only the others see', ['|split|p1', '', '|a|%'], [[], ['|a|%'], ['|a|%']]],
    ['the wall clock', ['|t:|1700000000', '|turn|1'], [['|turn|1'], ['|turn|1'], ['|turn|1']]],
    ['a name that looks like a split', ['|c|split|p1', '|b'], [['|c|split|p1', '|b'], ['|c|split|p1', '|b'], ['|c|split|p1', '|b']]],
  ]; // prettier-ignore
  for (const [name, output, [p1, p2, spectator]] of rows) {
    it(`show ${name}`, () => {
      const channels = emptyChannels();
      appendLines(channels, output);
      assert.deepEqual(channels, { p1, p2, spectator });
    });
  }

  it("split as Showdown's own reader does, however the output comes in pieces", () => {
    const line = fc.constantFrom('|move|p1a: A|Tackle', '|-damage|p2a: B|50/100', '|', '|upkeep');
    const half = fc.constantFrom('|-damage|p1a: A|31/100', '');
    const block = fc.oneof(
      line.map((text) => [text]),
      fc.tuple(fc.constantFrom('|split|p1', '|split|p2'), half, half),
    );
    fc.assert(
      fc.property(fc.array(block, { minLength: 1 }), (blocks) => {
        const channels = emptyChannels();
        for (const lines of blocks) appendLines(channels, lines);
        const expected = extractChannelMessages(blocks.flat().join('\n'), [0, 1, 2]);
        assert.deepEqual(channels, { p1: expected[1], p2: expected[2], spectator: expected[0] });
      }),
      { seed: 1 },
    );
  });
});
