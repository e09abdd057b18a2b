import assert from 'node:assert/strict';
import { Battle } from '../../src/battle/battle.ts';
import { NO_CLOCK } from '../../src/battle/clock.ts';
import type { Input } from '../../src/battle/input.ts';
import { Deadlines } from '../../src/rooms/deadlines.ts';
import { FakeScheduler } from '../support/fake-scheduler.ts';
import { openingFor } from '../support/play.ts';

const BATTLE = new Battle(openingFor('gen9randombattle', 'deadlines'));
const START = 1_790_000_000_000;

function begin(isNew = true): { deadlines: Deadlines; scheduler: FakeScheduler; fired: () => number } {
  const scheduler = new FakeScheduler();
  let fired = 0;
  const deadlines = new Deadlines(BATTLE, NO_CLOCK, isNew, scheduler, () => {
    fired++;
  });
  note(deadlines, { type: 'resume' }, START);
  return { deadlines, scheduler, fired: () => fired };
}

function note(deadlines: Deadlines, input: Input, at: number, isNewDecision = false): void {
  deadlines.note({ input, print: '', at }, isNewDecision);
}

describe('deadlines', () => {
  it("read the store's clock off its last answer and ours", async () => {
    const { deadlines, scheduler } = begin();
    assert.equal(deadlines.storeNow(), START);
    await scheduler.pass(1_234);
    assert.equal(deadlines.storeNow(), START + 1_234);
    note(deadlines, { type: 'refused', side: 'p1', text: 'move 1' }, START + 1_300);
    assert.equal(deadlines.storeNow(), START + 1_300);
  });

  it('show when a side must have answered, and be back', async () => {
    const { deadlines, scheduler } = begin(false);
    assert.equal(deadlines.turnDeadline('p1'), START + 60_000);
    assert.equal(deadlines.returnDeadline('p1'), START + 60_000);
    deadlines.arrived('p1');
    assert.equal(deadlines.returnDeadline('p1'), 0);
    await scheduler.pass(5_000);
    deadlines.left('p1');
    assert.equal(deadlines.returnDeadline('p1'), START + 65_000);
    const unjoined = begin().deadlines;
    assert.equal(unjoined.returnDeadline('p2'), START + 15_000);
  });

  it('tell a return from a first join', () => {
    const { deadlines } = begin();
    assert.equal(deadlines.arrived('p1'), false);
    assert.equal(deadlines.arrived('p1'), false);
    deadlines.left('p1');
    assert.equal(deadlines.arrived('p1'), true);
    assert.equal(begin(false).deadlines.arrived('p1'), true);
  });

  it('set one timer, in place of the one before', async () => {
    const { deadlines, scheduler, fired } = begin();
    for (let i = 0; i < 3; i++) deadlines.arm();
    assert.equal(scheduler.pending, 1);
    deadlines.disarm();
    assert.equal(scheduler.pending, 0);
    await scheduler.pass(100_000);
    assert.equal(fired(), 0);
  });

  it('are due at their time, and not before', async () => {
    const { deadlines, scheduler, fired } = begin();
    deadlines.arrived('p1');
    deadlines.arm();
    await scheduler.pass(14_999);
    assert.equal(deadlines.due(), null);
    assert.equal(fired(), 0);
    deadlines.arrived('p2');
    deadlines.arm();
    await scheduler.pass(15_000);
    assert.equal(deadlines.due(), null);
    await scheduler.pass(1);
    assert.deepEqual(deadlines.due(), { kind: 'warning', side: 'p1', at: START + 30_000 });
  });

  it('warn once for a decision, and again after the next or a `resume`', async () => {
    const { deadlines, scheduler } = begin();
    deadlines.arrived('p1');
    deadlines.arrived('p2');
    await scheduler.pass(30_000);
    deadlines.warned('p1');
    assert.equal(deadlines.due()?.side, 'p2');
    deadlines.warned('p2');
    assert.equal(deadlines.due(), null);
    note(deadlines, { type: 'refused', side: 'p1', text: 'move 1' }, START + 30_000);
    assert.equal(deadlines.presences().p1.isWarned, true);
    for (const [input, isNew] of [
      [{ type: 'choice', side: 'p1', text: 'move 1', rqid: 1 }, true],
      [{ type: 'resume' }, false],
    ] as const) {
      deadlines.warned('p1');
      note(deadlines, input, START + 31_000, isNew);
      assert.deepEqual(
        [deadlines.presences().p1.isWarned, deadlines.presences().p2.isWarned],
        [false, false],
      );
    }
  });
});
