import assert from 'node:assert/strict';
import fc from 'fast-check';
import { placeProblems } from '../../web/src/home/team-problems.ts';

const TEAM = `Chompy (Garchomp) (M) @ Leftovers
Ability: Rough Skin
Jolly Nature
- Earthquake
- Splash

Mewtwo @ Life Orb
- Psystrike

Mew
- Splash
`;

describe('problems of a team', () => {
  const rows: [problem: string, line: number | null][] = [
    ["Garchomp can't learn Splash.", 4],
    ['Chompy (Garchomp) has an invalid item.', 0],
    ["Garchomp's ability Rough Skin is banned.", 1],
    ['Mewtwo is banned.', 6],
    ["Mew can't learn Splash.", 10],
    ['Your team must have six Pokémon.', null],
  ];
  for (const [problem, line] of rows)
    it(`lie where they belong: ${problem}`, () => {
      assert.deepEqual(placeProblems(TEAM, [problem]), [{ line, text: problem }]);
    });

  it('never point beyond the team, whatever is pasted', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('M', 'e', 'w', '\n', '(', ')', ' ', '@', '-', ':') }),
        fc.string(),
        (team, problem) => {
          const [{ line } = { line: null }] = placeProblems(team, [problem]);
          assert(line === null || team.split('\n')[line] !== undefined);
        },
      ),
    );
  });
});
