import assert from 'node:assert/strict';
import { FORMATS } from '../../src/battle/format.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { checkTeam } from '../../src/battle/team.ts';
import { sampleTeam } from '../../src/bots/sample-teams.ts';

describe('the teams of bots', () => {
  it('are there, and valid, for every format that takes teams', () => {
    const random = seededRandom('teams');
    for (const { id } of [...FORMATS.values()].filter(({ teamRequired }) => teamRequired))
      for (let draw = 0; draw < 5; draw++) {
        const checked = checkTeam(id, sampleTeam(id, random));
        assert(checked.ok, `${id}: ${checked.ok ? '' : checked.problems.join(' ')}`);
      }
  });
});
