/** What becomes of a battle when its store is slow, away, or somebody else's. */
import assert from 'node:assert/strict';
import { openingFor, Recording } from '../support/play.ts';
import { settle } from '../support/fake-scheduler.ts';
import { assertLogIsBattle, codeOf, isAnswered, SessionTable } from './battle-session-table.ts';

describe('while an append is under way', () => {
  it('nothing is played and nothing told; who sends comes after', async () => {
    const table = await SessionTable.live();
    const release = table.log.hold();
    const first = table.session.choose('p1', 'move 1', 1);
    const second = table.session.choose('p2', 'default', 1);
    await table.scheduler.pass(1_000);
    assert.equal(await isAnswered(first), false);
    assert.equal(await isAnswered(second), false);
    assert.deepEqual(table.heard(), []);
    assert.equal(table.log.calls.length, 2);
    release();
    assert.deepEqual([codeOf(await first), codeOf(await second)], ['accepted', 'accepted']);
    assert.deepEqual(table.heard(), ['accepted p1 1 move 1', 'updated', 'accepted p2 1 default', 'updated']);
    assertLogIsBattle(table);
  });

  it('a second text of the same side is too late, the same text a repetition', async () => {
    const table = await SessionTable.live();
    const release = table.log.hold();
    const replies = ['move 1', 'move 2', 'move 1'].map((text) => table.session.choose('p1', text, 1));
    release();
    assert.deepEqual((await Promise.all(replies)).map(codeOf), ['accepted', 'NOT_YOUR_TURN', 'accepted']);
    assert.equal(table.log.entries.length, 2);
  });
});

describe('while the store is away', () => {
  for (const failure of ['before', 'after'] as const) {
    it(`the pending choice is accepted late, the rest refused at once (failing ${failure} the effect)`, async () => {
      const table = await SessionTable.live();
      table.log.fail(failure, 'before', 'before', failure);
      const pending = table.session.choose('p1', 'move 1', 1);
      const behind = table.session.choose('p2', 'default', 1);
      assert.equal(codeOf(await behind), 'REDIS_UNAVAILABLE');
      assert.equal(codeOf(await table.session.choose('p2', 'default', 1)), 'REDIS_UNAVAILABLE');
      assert.equal(codeOf(await table.session.forfeit('p2')), 'REDIS_UNAVAILABLE');
      assert.deepEqual(table.heard(), ['paused store']);
      assert(table.session.isSuspended);
      await table.scheduler.pass(49);
      assert.equal(await isAnswered(pending), false);
      await table.scheduler.pass(50 + 100 + 200 + 400);
      assert.deepEqual(await pending, { kind: 'accepted', rqid: 1, choice: 'move 1' });
      await settle();
      assert.deepEqual(table.heard(), ['accepted p1 1 move 1', 'updated', 'updated', 'resumed']);
      assert.deepEqual(
        table.log.entries.map(({ input }) => input.type),
        ['resume', 'choice', 'resume'],
      );
      assert.equal(codeOf(await table.session.choose('p2', 'default', 1)), 'accepted');
      assertLogIsBattle(table);
    });
  }

  it('clocks stand still, and start afresh with `resume`', async () => {
    const table = await SessionTable.live();
    await table.scheduler.pass(29_000);
    table.session.left('p2');
    table.session.suspend('store');
    await table.scheduler.pass(3_600_000);
    assert.deepEqual(table.heard(), ['paused store']);
    table.session.wake();
    await settle();
    assert.deepEqual(table.heard(), ['updated', 'resumed']);
    await table.scheduler.pass(29_999);
    assert.deepEqual(table.heard(), []);
    await table.scheduler.pass(1);
    assert.deepEqual(table.heard(), ['warned p1 30', 'warned p2 30']);
    await table.scheduler.pass(29_999);
    assert.equal(table.session.battle.outcome, null);
    await table.scheduler.pass(1);
    assert.deepEqual(table.session.battle.outcome, { winner: 'p1', reason: 'timeout' });
  });

  it('what waited when it was found to be away is refused', async () => {
    const table = await SessionTable.live();
    const release = table.log.hold();
    const pending = table.session.choose('p1', 'default', 1);
    const behind = table.session.choose('p2', 'default', 1);
    table.session.suspend('store');
    release();
    assert.deepEqual([codeOf(await pending), codeOf(await behind)], ['accepted', 'REDIS_UNAVAILABLE']);
    assert.equal(table.session.battle.rqid, 1);
  });

  it('is told once, and waking twice resumes once', async () => {
    const table = await SessionTable.live();
    table.session.suspend('store');
    table.session.suspend('store');
    table.session.wake();
    table.session.wake();
    await settle();
    assert.deepEqual(table.heard(), ['paused store', 'updated', 'resumed']);
    assert.equal(table.log.entries.length, 2);
  });

  it('the one who starts it waits too', async () => {
    const table = new SessionTable();
    table.log.fail('after', 'before');
    const started = table.session.start();
    assert.equal(await isAnswered(started), false);
    await table.scheduler.pass(150);
    await started;
    assert(table.session.isLive);
    assert.equal(table.log.entries.length, 1);
  });

  it('the end is told when it is recorded, and not before', async () => {
    const recording = new Recording(openingFor('gen9randombattle', 'late end'));
    recording.log({ type: 'forfeit', side: 'p1', why: 'forfeit' });
    const table = new SessionTable(recording);
    table.log.fail('before', 'after');
    const started = table.session.start();
    await table.scheduler.pass(149);
    assert.equal(await isAnswered(started), false);
    assert.deepEqual(table.heard(), []);
    await table.scheduler.pass(1);
    await started;
    assert.deepEqual(table.heard(), ['ended p2 forfeit']);
  });

  it('a deadline that was due is dropped: all have their time again', async () => {
    const table = await SessionTable.live();
    await table.scheduler.pass(59_999);
    table.log.fail('before');
    const pending = table.session.choose('p1', 'default', 1);
    await table.scheduler.pass(50);
    assert.equal(codeOf(await pending), 'accepted');
    await settle();
    assert.equal(table.session.battle.rqid, 1, 'p2 was charged for the time without a store');
    table.heard();
    await table.scheduler.pass(29_999);
    assert.deepEqual(table.heard(), []);
  });
});

describe('when somebody else owns the battle', () => {
  it('nothing is published any more, whoever waits', async () => {
    const table = await SessionTable.live();
    const lines = structuredClone(table.session.battle.channels);
    table.log.isFenced = true;
    const release = table.log.hold();
    const replies = [
      table.session.choose('p1', 'default', 1),
      table.session.choose('p2', 'default', 1),
      table.session.forfeit('p2'),
    ];
    release();
    const codes = (await Promise.all(replies)).map(codeOf);
    assert.deepEqual(codes, ['SERVER_DRAINING', 'SERVER_DRAINING', 'SERVER_DRAINING']);
    assert.deepEqual(table.heard(), ['fenced']);
    assert.equal(codeOf(await table.session.choose('p1', 'default', 1)), 'SERVER_DRAINING');
    table.session.left('p1');
    table.session.wake();
    table.session.fault(new Error('late'));
    await table.scheduler.pass(200_000);
    assert.deepEqual(table.heard(), []);
    assert.deepEqual(table.session.battle.channels, lines);
    assert.equal(table.log.records.length, 0);
  });

  it('it is noticed on waking', async () => {
    const table = await SessionTable.live();
    table.session.suspend('store');
    table.log.isFenced = true;
    table.session.wake();
    await settle();
    assert.deepEqual(table.heard(), ['paused store', 'fenced']);
  });

  it('it is noticed at the end, which is not told', async () => {
    const table = await SessionTable.live();
    table.log.fenceAfterAppend = true;
    await table.session.forfeit('p1');
    assert.deepEqual(table.heard(), ['updated', 'fenced']);
    assert.equal(table.log.records.length, 0);
  });

  it('a log that is not as long as the battle closes it unsaid', async () => {
    const table = await SessionTable.live();
    table.log.entries.push(table.log.entries[0]!);
    const reply = await table.session.choose('p1', 'default', 1);
    assert.equal(codeOf(reply), 'SERVER_ERROR');
    assert.deepEqual(table.heard(), ['faulted', 'faulted', 'fenced']);
    assert.equal(table.log.records.length, 0);
    assert.equal(table.session.battle.outcome, null);
  });
});
