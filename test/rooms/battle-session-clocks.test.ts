/** Timers to the millisecond: nothing one before, and everything at the very one. */
import assert from 'node:assert/strict';
import { foeOf, SIDE_IDS, type SideId } from '../../src/battle/ids.ts';
import { codeOf, isAnswered, SessionTable } from './battle-session-table.ts';

/** Silence until `ms` have passed; then what is said. */
async function exactlyAfter(table: SessionTable, ms: number): Promise<string[]> {
  await table.scheduler.pass(ms - 1);
  assert.deepEqual(table.heard(), []);
  await table.scheduler.pass(1);
  return table.heard();
}

/** What is said of the choice that was drawn for a side. */
function drawn({ session }: SessionTable, side: SideId): string[] {
  const choice = session.battle.lastChoice(side);
  assert.equal(choice?.auto, true, `nothing was drawn for ${side}`);
  return [`accepted ${side} ${choice.rqid} ${choice.text}`, `updated ${side}`];
}

describe('the turn timer', () => {
  it('warns both at exactly 30.000 s left, once, and draws for both at 60.000 s', async () => {
    const table = await SessionTable.live();
    assert.deepEqual(await exactlyAfter(table, 30_000), ['warned p1 30', 'warned p2 30']);
    const heard = await exactlyAfter(table, 30_000);
    assert.deepEqual(heard, [...drawn(table, 'p1'), ...drawn(table, 'p2')]);
    assert.equal(table.session.battle.rqid, 2);
    assert.deepEqual(table.log.entries.at(-1)?.input, table.session.battle.lastChoice('p2'));
  });

  it('starts afresh with each decision, and only then', async () => {
    const table = await SessionTable.live();
    await table.scheduler.pass(29_000);
    await table.session.choose('p1', 'default', 1);
    table.heard();
    assert.deepEqual(await exactlyAfter(table, 1_000), ['warned p2 30']);
    await table.scheduler.pass(20_000);
    await table.session.choose('p2', 'default', 1);
    table.heard();
    const asked = SIDE_IDS.filter((side) => table.session.battle.owes(side));
    const warnings = asked.map((side) => `warned ${side} 30`);
    assert.deepEqual(await exactlyAfter(table, 30_000), warnings);
  });

  it('is not started anew by a refusal, also not by a logged one', async () => {
    const table = await SessionTable.live();
    await table.scheduler.pass(29_000);
    assert.equal(codeOf(await table.session.choose('p1', 'move 9', 1)), 'INVALID_MOVE');
    assert.deepEqual(await exactlyAfter(table, 1_000), ['warned p1 30', 'warned p2 30']);
  });

  it('leaves alone who has answered while the deadline waited its turn', async () => {
    const table = await SessionTable.live();
    await table.session.choose('p2', 'default', 1);
    await table.scheduler.pass(59_999);
    const release = table.log.hold();
    const reply = table.session.choose('p1', 'move 1', 1);
    await table.scheduler.pass(500);
    assert.equal(await isAnswered(reply), false);
    table.heard();
    release();
    assert.equal(codeOf(await reply), 'accepted');
    await table.scheduler.pass(1);
    assert.deepEqual(table.heard(), ['accepted p1 1 move 1', 'updated']);
    assert.equal(table.session.battle.rqid, 2);
  });

  it('charges nobody for time without an owner', async () => {
    const before = await SessionTable.live();
    await before.session.choose('p1', 'default', 1);
    await before.scheduler.pass(59_000);
    const table = await before.takenOver(3_600_000);
    for (const side of SIDE_IDS) table.session.arrived(side);
    assert.deepEqual(await exactlyAfter(table, 30_000), ['warned p2 30']);
    assert.deepEqual(await exactlyAfter(table, 30_000), drawn(table, 'p2'));
  });
});

describe('an absence', () => {
  for (const side of SIDE_IDS) {
    it(`of ${side} loses the battle at exactly 60.000 s, though its turn is over by then`, async () => {
      const table = await SessionTable.live();
      await table.scheduler.pass(1_234);
      await table.session.choose(side, 'default', 1);
      table.session.left(side);
      table.heard();
      await table.scheduler.pass(58_000);
      // So that nothing else falls due.
      await table.session.choose(foeOf(side), 'default', 1);
      table.heard();
      assert.deepEqual(await exactlyAfter(table, 2_000), ['updated', `ended ${foeOf(side)} timeout`]);
      assert.deepEqual(table.log.entries.at(-1)?.input, { type: 'forfeit', side, why: 'timeout' });
    });
  }

  it('comes first of what is due together', async () => {
    const table = await SessionTable.live();
    table.session.left('p2');
    await table.scheduler.pass(59_999);
    table.heard();
    await table.scheduler.pass(1);
    assert.deepEqual(table.heard(), ['updated', 'ended p1 timeout']);
  });

  it('is over with the return, and the next one begins from the start', async () => {
    const table = await SessionTable.live();
    table.session.left('p1');
    await table.scheduler.pass(20_000);
    assert.equal(table.session.arrived('p1'), true);
    await table.playTurn();
    await table.scheduler.pass(29_000);
    await table.playTurn();
    table.session.left('p1');
    await table.scheduler.pass(55_000);
    assert.equal(table.session.battle.outcome, null);
    await table.session.choose('p2', 'default');
    await table.scheduler.pass(4_999);
    assert.equal(table.session.battle.outcome, null);
    await table.scheduler.pass(1);
    assert.deepEqual(table.session.battle.outcome, { winner: 'p2', reason: 'timeout' });
  });

  it('of both is lost by the one that ran out first', async () => {
    const table = await SessionTable.live();
    table.session.left('p2');
    await table.scheduler.pass(10);
    table.session.left('p1');
    await table.scheduler.pass(59_989);
    assert.equal(table.session.battle.outcome, null);
    await table.scheduler.pass(1);
    assert.deepEqual(table.session.battle.outcome, { winner: 'p1', reason: 'timeout' });
  });

  it('of both that began with the same `resume` makes the battle void', async () => {
    const before = await SessionTable.live();
    before.session.left('p1');
    await before.scheduler.pass(40_000);
    const table = await before.takenOver(100_000);
    await table.scheduler.pass(59_999);
    assert.equal(table.session.battle.outcome, null);
    await table.scheduler.pass(1);
    assert.deepEqual(table.session.battle.outcome, { winner: null, reason: 'void' });
    assert.deepEqual(table.log.entries.at(-1)?.input, { type: 'void', why: 'both-absent' });
    assert.equal(table.heard().at(-1), 'ended nobody void');
  });

  it('that began with a `resume` is lost when the other one came back and went again', async () => {
    const table = await (await SessionTable.live()).takenOver(1_000);
    await table.scheduler.pass(30_000);
    table.session.arrived('p1');
    table.session.left('p1');
    await table.scheduler.pass(30_000);
    assert.deepEqual(table.session.battle.outcome, { winner: 'p1', reason: 'timeout' });
  });

  it('is counted from the `resume` for who has not come back yet', async () => {
    const before = await SessionTable.live();
    before.session.left('p1');
    await before.scheduler.pass(59_000);
    const table = await before.takenOver(500_000);
    table.session.arrived('p2');
    await table.scheduler.pass(59_999);
    assert.equal(table.session.battle.outcome, null);
    await table.scheduler.pass(1);
    assert.deepEqual(table.session.battle.outcome, { winner: 'p2', reason: 'timeout' });
  });
});

describe('a first join', () => {
  const rows: readonly (readonly [string, readonly SideId[], readonly SideId[]])[] = [
    ['nobody', [], ['p1', 'p2']],
    ['p1', ['p1'], ['p2']],
    ['p2', ['p2'], ['p1']],
  ];
  for (const [name, there, missing] of rows) {
    it(`by ${name} alone makes the battle void at exactly 15.000 s`, async () => {
      const table = new SessionTable();
      await table.session.start();
      for (const side of there) table.session.arrived(side);
      table.heard();
      const heard = await exactlyAfter(table, 15_000);
      assert.deepEqual(heard, ['updated', ['ended', 'nobody', 'void', ...missing].join(' ')]);
      assert.deepEqual(table.log.entries.at(-1)?.input, { type: 'void', why: 'no-show' });
    });
  }

  it('is one, also when that player has gone again', async () => {
    const table = new SessionTable();
    await table.session.start();
    assert.equal(table.session.arrived('p1'), false);
    table.session.left('p1');
    table.heard();
    assert.deepEqual(await exactlyAfter(table, 15_000), ['updated', 'ended nobody void p2']);
  });

  it('in time is no return', async () => {
    const table = new SessionTable();
    await table.session.start();
    await table.scheduler.pass(14_999);
    for (const side of SIDE_IDS) assert.equal(table.session.arrived(side), false);
    table.heard();
    assert.deepEqual(await exactlyAfter(table, 15_001), ['warned p1 30', 'warned p2 30']);
  });
});
