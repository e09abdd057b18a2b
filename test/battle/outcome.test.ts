import assert from 'node:assert/strict';
import { reasonFor, type Outcome, type ReceivedReason } from '../../src/battle/outcome.ts';
import type { SideId } from '../../src/battle/ids.ts';

describe('the end as each receiver sees it', () => {
  const rows: readonly (readonly [Outcome, SideId | null, ReceivedReason])[] = [
    [{ winner: 'p1', reason: 'win' }, 'p1', 'win'],
    [{ winner: 'p1', reason: 'win' }, 'p2', 'loss'],
    [{ winner: 'p1', reason: 'win' }, null, 'win'],
    [{ winner: 'p2', reason: 'forfeit' }, 'p1', 'forfeit'],
    [{ winner: 'p2', reason: 'forfeit' }, 'p2', 'opponent_forfeit'],
    [{ winner: 'p2', reason: 'forfeit' }, null, 'forfeit'],
    [{ winner: 'p1', reason: 'timeout' }, 'p2', 'timeout'],
    [{ winner: 'p1', reason: 'timeout' }, 'p1', 'opponent_timeout'],
    [{ winner: 'p1', reason: 'timeout' }, null, 'timeout'],
    [{ winner: null, reason: 'tie' }, 'p1', 'tie'],
    [{ winner: null, reason: 'tie' }, null, 'tie'],
    [{ winner: null, reason: 'void' }, 'p2', 'void'],
    [{ winner: null, reason: 'void' }, null, 'void'],
  ];
  for (const [outcome, side, reason] of rows) {
    it(`${outcome.reason}, won by ${outcome.winner}, is ${reason} to ${side ?? 'spectators'}`, () => {
      assert.equal(reasonFor(outcome, side), reason);
    });
  }
});
