/** A process that the others may have given up says nothing until the log has told it that the battle is still its own. */
import assert from 'node:assert/strict';
import type { MoveReply } from '../../src/rooms/session-ports.ts';
import { TRAP_TEAMS } from '../battle/traps-teams.ts';
import { settle } from '../support/fake-scheduler.ts';
import { openingFor } from '../support/play.ts';
import { assertLogIsBattle, codeOf, isAnswered, SessionTable } from './battle-session-table.ts';

interface Withheld {
  readonly table: SessionTable;
  /** The answer to p1's choice. */
  readonly reply: Promise<MoveReply>;
}

/** Suspended with p1's choice in the log and untold. */
async function withheld(): Promise<Withheld> {
  const table = await SessionTable.live();
  table.isTrusted = false;
  const reply = table.session.choose('p1', 'move 1', 1);
  await settle();
  return { table, reply };
}

function inputTypes({ log }: SessionTable): string[] {
  return log.entries.map(({ input }) => input.type);
}

describe('a session whose process may have been given up', () => {
  it('says nothing after an append, and suspends', async () => {
    const { table } = await withheld();
    assert.deepEqual(table.heard(), ['paused lease']);
    assert(table.session.isSuspended);
    assert.deepEqual(inputTypes(table), ['resume', 'choice']);
    assert.equal(codeOf(await table.session.choose('p2', 'default', 1)), 'REDIS_UNAVAILABLE');
    await table.scheduler.pass(3_600_000);
    assert.deepEqual(table.heard(), []);
  });

  it('tells what it kept, in order, once the log has taken a `resume`', async () => {
    const { table } = await withheld();
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

  it('closes, and writes and tells nothing more, once it hears that somebody else has the battle', async () => {
    const { table } = await withheld();
    table.heard();
    table.isTrusted = true;
    table.session.lose();
    table.session.wake();
    await settle();
    assert.deepEqual(table.heard(), ['fenced']);
    assert.deepEqual(inputTypes(table), ['resume', 'choice']);
    assert.equal(codeOf(await table.session.choose('p2', 'default', 1)), 'SERVER_DRAINING');
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
    const { table } = await withheld();
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
    const { table } = await withheld();
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

  it('answers a choice that is in the log when it is told', async () => {
    const { table, reply } = await withheld();
    assert(!(await isAnswered(reply)));
    table.isTrusted = true;
    table.session.wake();
    assert.deepEqual(await reply, { kind: 'accepted', rqid: 1, choice: 'move 1' });
    assert.deepEqual(table.heard(), ['paused lease', 'accepted p1 1 move 1', 'updated', 'resumed']);
  });

  it('leaves a choice that it never told to the next owner', async () => {
    const { table, reply } = await withheld();
    table.log.isFenced = true;
    table.session.wake();
    assert.equal(codeOf(await reply), 'SERVER_DRAINING');
  });

  it('leaves it to the next owner too when it stops', async () => {
    const { table, reply } = await withheld();
    await table.session.stop();
    assert.equal(codeOf(await reply), 'SERVER_DRAINING');
    assert.deepEqual(table.heard(), ['paused lease']);
  });

  it('does not go on after a stop that came while it asked', async () => {
    const { table } = await withheld();
    table.heard();
    table.isTrusted = true;
    const release = table.log.hold();
    table.session.wake();
    await table.session.stop();
    release();
    await table.scheduler.pass(3_600_000);
    assert.deepEqual(table.heard(), []);
    assert(!table.session.isLive);
  });

  it('shows nobody a corrected request', async () => {
    const { format, teams } = TRAP_TEAMS.arenaTrapGen4;
    const table = await SessionTable.live({ opening: openingFor(format, '1', teams) });
    table.isTrusted = false;
    const reply = await table.session.choose('p2', 'switch 2', 1);
    assert.equal(codeOf(reply), 'REDIS_UNAVAILABLE');
    assert.deepEqual(inputTypes(table), ['resume', 'refused']);
    table.isTrusted = true;
    table.session.wake();
    await settle();
    assert.equal(codeOf(await table.session.choose('p2', 'switch 2', 1)), 'INVALID_MOVE');
  });

  it('warns nobody', async () => {
    const table = await SessionTable.live();
    table.isTrusted = false;
    await table.scheduler.pass(50_000);
    assert.deepEqual(table.heard(), ['paused lease']);
  });

  it('tells of a fault when the log has confirmed that the battle is its own', async () => {
    const table = await SessionTable.live();
    table.isTrusted = false;
    table.session.fault(new Error('ours'));
    await settle();
    assert.deepEqual(table.heard(), ['faulted', 'updated', 'ended nobody void']);
    assert.equal(table.log.records.length, 1);
  });

  it("says nothing of a fault in a battle that is somebody else's", async () => {
    const table = await SessionTable.live();
    table.isTrusted = false;
    table.log.fenceAfterAppend = true;
    table.session.fault(new Error('ours'));
    await settle();
    assert.deepEqual(table.heard(), ['faulted', 'fenced']);
  });
});
