/** Battles and queues while the store does not answer, over real sockets and with a real PostgreSQL out of reach. */
import assert from 'node:assert/strict';
import { BEAT_MS } from '../../src/cluster/store-watch.ts';
import type { ErrorBody } from '../../src/errors.ts';
import { Player, refusalOf, startDuel } from '../support/player.ts';
import { runSql } from '../support/postgres.ts';
import { startWithGate, type TestServer } from '../support/server.ts';
import type { StoreGate } from '../support/store-gate.ts';

describe('a store that is away', () => {
  let server: TestServer;
  let gate: StoreGate;
  before(async function () {
    this.timeout(30_000);
    ({ server, gate } = await startWithGate({ METRICS_OPEN: '1' }));
  });
  afterEach(async () => {
    await server.clear();
  });
  after(async () => {
    await server.dispose();
    await gate.close();
  });

  it('pauses battles, refuses what needs it, and lets them go on when it is back', async () => {
    const { battleId, p1, one, two } = await startDuel(server.url);
    const queue = await new Player(server.url).enterQueue();
    gate.shut();
    server.skip(BEAT_MS);
    assert.deepEqual(await one.next('BATTLE_PAUSED'), { reason: 'store' });
    await two.next('BATTLE_PAUSED');
    one.send('MOVE', { choice: 'default', rqid: 1 });
    assert.equal((await one.next('ERROR')).code, 'REDIS_UNAVAILABLE');
    queue.send('JOIN_QUEUE', { format: 'gen9randombattle' });
    assert.equal((await queue.next('ERROR')).code, 'REDIS_UNAVAILABLE');
    const ready = await fetch(`${server.url}/health/ready`);
    assert.equal(ready.status, 503);
    assert.deepEqual(await refusalOf(p1.join(battleId)), { message: 'REDIS_UNAVAILABLE', code: 503 });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    for (const line of [
      'endure_store_up{store="database"} 0',
      'endure_suspended 1',
      'endure_battles{status="paused"} 1',
      'endure_suspensions_total 1',
    ])
      assert(metrics.includes(`\n${line}\n`), `${line} in\n${metrics}`);
    // Who comes back by itself has the seat still.
    two.room.connection.close();
    await two.next('BATTLE_RESTORED');
    assert.deepEqual(await two.next('BATTLE_PAUSED'), { reason: 'store' });
    gate.open();
    server.skip(BEAT_MS);
    const { now } = await one.next('BATTLE_RESUMED');
    assert(Math.abs(now - Date.now()) < 5_000);
    await two.next('BATTLE_RESUMED');
    assert.deepEqual(await one.request('MOVE', { choice: 'default', rqid: 1 }), { accepted: true, rqid: 1 });
    await two.request('MOVE', { choice: 'default', rqid: 1 });
    await two.next('BATTLE_UPDATE');
  });

  it('keeps a choice that was on its way, once, and refuses what waits behind it', async () => {
    const { battleId, one, two } = await startDuel(server.url);
    gate.shut();
    const accepted = one.request('MOVE', { choice: 'default', rqid: 1 });
    await one.next('BATTLE_PAUSED');
    assert.equal(
      (await refusedBy(two.request('MOVE', { choice: 'default', rqid: 1 }))).code,
      'REDIS_UNAVAILABLE',
    );
    gate.open();
    assert.deepEqual(await accepted, { accepted: true, rqid: 1 });
    await two.next('BATTLE_RESUMED');
    await two.request('MOVE', { choice: 'default', rqid: 1 });
    await one.next('BATTLE_UPDATE');
    one.send('FORFEIT', {});
    await one.next('BATTLE_END');
    const { rows } = await runSql(server.database, `select inputs from battles where id = '${battleId}'`);
    const inputs = (rows[0] as { inputs: unknown }).inputs;
    assert.equal(
      JSON.stringify(inputs).split('"side":"p1","text":"default"').length,
      2,
      JSON.stringify(inputs),
    );
  });

  it('does not hold up the stop of the server, and the battle is there at the next start', async function () {
    this.timeout(30_000);
    const { one, two } = await startDuel(server.url);
    await one.request('MOVE', { choice: 'default', rqid: 1 });
    gate.shut();
    server.skip(BEAT_MS);
    await one.next('BATTLE_PAUSED');
    await server.stop();
    gate.open();
    await server.start();
    for (const connection of [one, two]) {
      await connection.next('BATTLE_RESTORED');
      // An attempt to come back while the server goes away is a drop of its own.
      assert.equal(connection.drops[0], 4010);
    }
    await one.next('MOVE_ACCEPTED');
    assert.deepEqual(await one.next('MOVE_ACCEPTED'), { rqid: 1, choice: 'default' });
  });
});

async function refusedBy(request: Promise<unknown>): Promise<ErrorBody> {
  const { reason } = await request.then(
    () => assert.fail('It was not refused.'),
    (error: { reason: ErrorBody }) => error,
  );
  return reason;
}
