/** A store that has lost the end of a log: what a Redis without its newest writes looks like after a failover. */
import assert from 'node:assert/strict';
import { startDuel } from '../support/player.ts';
import { runSql } from '../support/postgres.ts';
import { withServer, type TestServer } from '../support/server.ts';

const MOVE = { choice: 'default' };

describe('a log that has lost its end', () => {
  let server: TestServer;
  withServer((started) => (server = started));

  it('is where its battle goes on from, with everybody in it', async () => {
    const { battleId, one, two } = await startDuel(server.url);
    await one.request('MOVE', { ...MOVE, rqid: 1 });
    await two.request('MOVE', { ...MOVE, rqid: 1 });
    await Promise.all([one, two].map((side) => side.next('BATTLE_UPDATE')));
    await one.next('MOVE_ACCEPTED');
    await runSql(
      server.database,
      `with lost as (delete from live_entry where (battle_id, seq) in
         (select battle_id, max(seq) from live_entry where battle_id = '${battleId}' group by battle_id) returning battle_id)
       update live_battle set length = length - 1 where id in (select battle_id from lost)`,
    );
    one.send('MOVE', MOVE);
    const [back, other] = await Promise.all([one, two].map((side) => side.next('BATTLE_RESTORED')));
    // Of the first turn p1's choice is left, and p2's is not.
    assert.deepEqual(await one.next('MOVE_ACCEPTED'), { ...MOVE, rqid: 1 });
    assert.equal(other!.request?.rqid, 1);
    assert.deepEqual(await two.request('MOVE', { ...MOVE, rqid: 1 }), { accepted: true, rqid: 1 });
    assert.equal((await one.next('BATTLE_UPDATE')).from, back!.lines.length);
    assert.equal(one.state.phase, 'turn');
    assert.deepEqual(new Set(server.takeErrors()), new Set(['a battle failed and ends void']));
  });
});
