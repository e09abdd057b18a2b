/** How a battle session ends that does not end by its battle: a fault of ours, or a hand-over. */
import assert from 'node:assert/strict';
import { settle } from '../support/fake-scheduler.ts';
import { openingFor } from '../support/play.ts';
import { assertLogIsBattle, codeOf, isAnswered, SessionTable } from './battle-session-table.ts';

describe('when the sim throws', () => {
  it('that battle ends void and is recorded', async () => {
    // One Pokémon in doubles: no validator lets it pass, and the sim does not look.
    const alone = 'Blissey||||SoftBoiled|Serious|1,,,,,|||||';
    const table = await SessionTable.live({ opening: openingFor('gen9doublesou', 'alone', [alone, alone]) });
    const lines = table.session.battle.channels.spectator.length;
    await table.session.choose('p1', 'team 1', 1);
    table.heard();
    const reply = await table.session.choose('p2', 'team 1', 1);
    assert.equal(codeOf(reply), 'SERVER_ERROR');
    assert.deepEqual(table.heard(), ['faulted', 'updated', 'ended nobody void']);
    assert(table.faults[0] instanceof TypeError);
    assert.deepEqual(table.log.entries.at(-1)?.input, { type: 'void', why: 'sim-error' });
    assert.deepEqual(
      table.log.records.map(({ outcome }) => outcome),
      [{ winner: null, reason: 'void' }],
    );
    assert.equal(table.session.battle.channels.spectator.length, lines);
    assert.equal(codeOf(await table.session.choose('p1', 'team 1', 9)), 'BATTLE_ENDED');
  });

  it('so does a fault outside the inbox', async () => {
    const table = await SessionTable.live();
    table.session.fault(new Error('ours'));
    await settle();
    assert.deepEqual(table.heard(), ['faulted', 'updated', 'ended nobody void']);
  });
});

describe('stop()', () => {
  it('hands the battle back after the pending input, and takes no more', async () => {
    const table = await SessionTable.live();
    const release = table.log.hold();
    const pending = table.session.choose('p1', 'move 1', 1);
    const stopped = table.session.stop();
    assert.equal(codeOf(await table.session.choose('p2', 'default', 1)), 'SERVER_DRAINING');
    assert.equal(await isAnswered(stopped), false);
    assert.equal(table.log.releases, 0);
    release();
    await stopped;
    assert.equal(codeOf(await pending), 'accepted');
    assert.deepEqual(table.heard(), ['accepted p1 1 move 1', 'updated']);
    assert.equal(table.log.releases, 1);
    await table.scheduler.pass(200_000);
    assert.deepEqual(table.heard(), []);
    assertLogIsBattle(table);
  });

  it('writes nothing while the store is away', async () => {
    const table = await SessionTable.live();
    table.session.suspend('store');
    await table.session.stop();
    await table.session.stop();
    assert.equal(table.log.releases, 0);
    table.session.wake();
    await settle();
    assert.equal(table.log.entries.length, 1);
  });
});
