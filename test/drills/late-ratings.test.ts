/** A database that is away costs nobody the end of a battle: its ratings follow when it is back. */
import assert from 'node:assert/strict';
import pg from 'pg';
import { connectionOptions } from '../../src/persistence/database/address.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { abandonAll, firstRatings, startDuel } from '../support/player.ts';

describe('ratings that are late', () => {
  let cluster: TestCluster;
  before(async function () {
    this.timeout(60_000);
    cluster = await startCluster(2);
  });
  after(async function () {
    this.timeout(60_000);
    abandonAll();
    await cluster.dispose();
  });

  it('follow the end of the battle', async function () {
    this.timeout(30_000);
    const holder = new pg.Client(connectionOptions(cluster.database));
    await holder.connect();
    const { battleId, p1, p2, one, two } = await startDuel(cluster.url);
    await holder.query('begin; lock table ratings in access exclusive mode');
    one.send('FORFEIT');
    const end = { battleId, winner: p2.id };
    assert.deepEqual(await one.next('BATTLE_END'), { ...end, reason: 'forfeit' });
    assert.deepEqual(await two.next('BATTLE_END'), { ...end, reason: 'opponent_forfeit' });
    await holder.query('commit');
    const ratings = firstRatings('gen9randombattle', p2.id, p1.id);
    assert.deepEqual(await one.next('RATINGS'), { battleId, ratings });
    assert.deepEqual(await two.next('RATINGS'), { battleId, ratings });
    one.send('REQUEST_STATE');
    assert.deepEqual(await one.next('BATTLE_END'), { ...end, reason: 'forfeit', ratings });
    await holder.end();
  });
});
