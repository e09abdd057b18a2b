import assert from 'node:assert/strict';
import { disagreements, publicLine, toldOf, type Told } from '../../loadtest/load/told.ts';
import type { UserId } from '../../src/battle/ids.ts';
import { emptyTranscript, type Transcript } from '../../loadtest/transcript.ts';

const LINES = {
  p1: [
    '|start',
    '|switch|p1a: Ditto|Ditto, L87|301/301',
    '|-damage|p1a: Ditto|41/301 par|[from] item: Life Orb',
  ],
  p2: [
    '|start',
    '|switch|p1a: Ditto|Ditto, L87|100/100',
    '|-damage|p1a: Ditto|14/100 par|[from] item: Life Orb',
  ],
};

function told(side: Told['side'], changes: Partial<Transcript> = {}): Told {
  const transcript = { ...emptyTranscript('u', 'gen9randombattle'), battleId: 'b', side };
  return toldOf({
    ...transcript,
    lines: LINES[side ?? 'p2'],
    end: { battleId: 'b', winner: 'u' as UserId, reason: 'win' },
    ...changes,
  });
}

describe('what clients of one battle were told', () => {
  it('is the same but for exact health', () => {
    assert.deepEqual(disagreements([told('p1'), told('p2'), told(null)]), []);
    assert.equal(publicLine('|-damage|p2a: X|31/48y brn'), '|-damage|p2a: X|hp brn');
  });

  const wrong: readonly (readonly [string, readonly Told[], string])[] = [
    [
      'a missing line',
      [told('p1'), told('p2', { lines: LINES.p2.slice(0, 2) })],
      'different lines were told',
    ],
    [
      'another winner',
      [told('p1'), told('p2', { end: { battleId: 'b', winner: 'v' as UserId, reason: 'win' } })],
      'different winners were told',
    ],
    ['a player who is not there', [told('p1'), told(null)], 'its players sat at p1'],
    [
      'two lines under one number',
      [told('p1'), told('p2', { conflicts: [1] })],
      'two lines came under one number',
    ],
    [
      'an end by a fault',
      [
        told('p1', { end: { battleId: 'b', winner: null, reason: 'void' } }),
        told('p2', { end: { battleId: 'b', winner: null, reason: 'void' } }),
      ],
      'it ended void',
    ],
  ];
  for (const [name, all, fault] of wrong)
    it(`is not when there is ${name}`, () => {
      assert.deepEqual(disagreements(all), [`b: ${fault}`]);
    });

  it('may end early where the end had to be looked up', () => {
    const away = told('p2', { lines: LINES.p2.slice(0, 1), isEndLookedUp: true });
    assert.deepEqual(disagreements([told('p1'), away]), []);
  });
});
