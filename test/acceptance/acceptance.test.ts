/** The criteria themselves take a minute: `npm run acceptance`. */
import assert from 'node:assert/strict';
import { answerOf, CRITERIA } from './acceptance.proof.ts';
import type { Ground } from './ground.ts';

describe('the criteria of success', () => {
  it('are twelve', () => {
    assert.equal(new Set(CRITERIA.map(({ name }) => name)).size, 12);
  });

  it('are met with a figure, or not met with a reason', async () => {
    const none = {} as Ground;
    assert.deepEqual(await answerOf({ name: 'good', measure: async () => '3 ms' }, none), {
      name: 'good',
      isMet: true,
      figure: '3 ms',
    });
    const bad = async (): Promise<string> => assert.fail('600 ms');
    assert.deepEqual(await answerOf({ name: 'bad', measure: bad }, none), {
      name: 'bad',
      isMet: false,
      figure: '600 ms',
    });
  });
});
