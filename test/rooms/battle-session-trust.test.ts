/** A process that the others may have given up says nothing until the log has told it that the battle is still its own. */
import assert from 'node:assert/strict';
import { settle } from '../support/fake-scheduler.ts';
import { assertLogIsBattle, codeOf, SessionTable } from './battle-session-table.ts';

/** Suspended with p1's choice in the log and untold. */
async function withheld(): Promise<SessionTable> {
  const table = await SessionTable.live();
  table.isTrusted = false;
  await table.session.choose('p1', 'move 1', 1);
  return table;
}

function inputTypes({ log }: SessionTable): string[] {
  return log.entries.map(({ input }) => input.type);
}

describe('a session whose process may have been given up', () => {
  it('says nothing after an append, and suspends', async () => {
    const table = await withheld();
    assert.deepEqual(table.heard(), ['paused lease']);
    assert(table.session.isSuspended);
    assert.deepEqual(inputTypes(table), ['resume', 'choice']);
    assert.equal(codeOf(await table.session.choose('p2', 'default', 1)), 'REDIS_UNAVAILABLE');
    await table.scheduler.pass(3_600_000);
    assert.deepEqual(table.heard(), []);
  });

  it('tells what it kept, in order, once the log has taken a `resume`', async () => {
    const table = await withheld();
    table.heard();
    table.isTrusted = true;
    const release = table.log.hold();
    table.session.wake();
    await settle();
    assert.deepEqual(table.heard(), []);
    release();
    await settle();
    assert.deepEqual(table.heard(), ['accepted p1 1 move 1', 'updated', 'resumed']);
    assert.equal(table.published.at(-1)!.entries, 3);
    assert.deepEqual(inputTypes(table), ['resume', 'choice', 'resume']);
    assert.equal(codeOf(await table.session.choose('p2', 'default', 1)), 'accepted');
    assert.deepEqual(table.heard(), ['accepted p2 1 default', 'updated']);
    assertLogIsBattle(table);
  });

  it('tells of a turn that was played on a deadline meanwhile', async () => {
    const table = await SessionTable.live();
    await table.session.choose('p1', 'default', 1);
    await table.scheduler.pass(30_000);
    table.heard();
    table.isTrusted = false;
    await table.scheduler.pass(30_000);
    assert.deepEqual(table.heard(), ['paused lease']);
    assert.equal(table.session.battle.rqid, 2);
    table.isTrusted = true;
    table.session.wake();
    await settle();
    const [accepted, ...rest] = table.heard();
    assert.match(accepted!, /^accepted p2 1 /);
    assert.deepEqual(rest, ['updated p2', 'resumed']);
  });

  it('never says it when that `resume` is fenced', async () => {
    const table = await withheld();
    table.heard();
    table.log.isFenced = true;
    table.isTrusted = true;
    table.session.wake();
    await settle();
    assert.deepEqual(table.heard(), ['fenced']);
    table.session.wake();
    await table.scheduler.pass(3_600_000);
    assert.deepEqual(table.heard(), []);
  });

  it('stays suspended when it is given up again while it asks', async () => {
    const table = await withheld();
    table.heard();
    table.session.wake();
    await settle();
    assert.deepEqual(table.heard(), []);
    assert(table.session.isSuspended);
    await table.scheduler.pass(3_600_000);
    assert.deepEqual(table.heard(), []);
    table.isTrusted = true;
    table.session.wake();
    await settle();
    assert.deepEqual(table.heard(), ['accepted p1 1 move 1', 'updated', 'resumed']);
  });

  it('says nothing of a battle that it takes up', async () => {
    const table = new SessionTable();
    table.isTrusted = false;
    await table.session.start();
    assert.deepEqual(table.heard(), []);
    assert(table.session.isSuspended);
    table.isTrusted = true;
    table.session.wake();
    await settle();
    assert.deepEqual(table.heard(), ['updated', 'resumed']);
  });

  it('tells the end when the log has confirmed it', async () => {
    const table = await SessionTable.live();
    table.isTrusted = false;
    await table.session.forfeit('p1');
    assert.deepEqual(table.heard(), ['paused lease', 'updated', 'ended p2 forfeit']);
    assert.equal(table.log.records.length, 1);
  });

  it('does not tell an end that somebody else is to record', async () => {
    const table = await SessionTable.live();
    table.isTrusted = false;
    table.log.fenceAfterAppend = true;
    await table.session.forfeit('p1');
    assert.deepEqual(table.heard(), ['paused lease', 'fenced']);
    assert.equal(table.log.records.length, 0);
  });
});
