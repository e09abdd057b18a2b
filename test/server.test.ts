/** The server as a whole: it starts, stops without a trace, and hands its battles to the next one. */
import assert from 'node:assert/strict';
import { matchMaker } from '@colyseus/core';
import { abandonAll, Player, startDuel } from './support/player.ts';
import { runSql } from './support/postgres.ts';
import { startTestServer, type TestServer } from './support/server.ts';

describe('startServer', () => {
  let server: TestServer;
  beforeEach(async function () {
    this.timeout(30_000);
    server = await startTestServer();
  });
  afterEach(async () => {
    abandonAll();
    await server.dispose();
    assert.deepEqual(server.takeErrors(), []);
  });

  it('stops without leaving anything behind, and starts again in the same process', async () => {
    const ended = await startDuel(server.url);
    ended.one.send('FORFEIT');
    await ended.two.next('BATTLE_END');
    await startDuel(server.url);
    await server.stop();
    assert.equal(server.clocks.pending, 0);
    assert.deepEqual(matchMaker.stats.local, { roomCount: 0, ccu: 0 });
    assert.deepEqual(await matchMaker.query({}), []);
    assert(await isRefused(server.url));
    await server.start();
    assert.equal((await fetch(`${server.url}/health/ready`)).status, 200);
    const again = await startDuel(server.url);
    assert.equal(again.one.state.phase, 'turn');
  });

  it('hands running battles to the next server on its port, and their clients come along', async () => {
    const { battleId, p1, one, two } = await startDuel(server.url);
    await one.request('MOVE', { choice: 'default', rqid: 1 });
    await one.next('MOVE_ACCEPTED');
    const watching = await new Player(server.url).join(battleId);
    const { lines } = await watching.next('BATTLE_START');
    await server.stop();
    const { rows } = await runSql(server.database, 'select owner, crashes from live_battle');
    assert.deepEqual(rows, [{ owner: null, crashes: 0 }]);
    await server.start();
    const [first, second, third] = await Promise.all(
      [one, two, watching].map((connection) => connection.next('BATTLE_RESTORED')),
    );
    assert.deepEqual([first!.side, second!.side, third!.side], ['p1', 'p2', null]);
    assert.deepEqual(third!.lines, lines);
    assert.equal(first!.message, 'The battle was recovered.');
    assert.deepEqual([first!.request, second!.request?.rqid], [undefined, 1]);
    assert.deepEqual([one.drops, two.drops, watching.drops], [[4010], [4010], [4010]]);
    assert.deepEqual(await one.next('MOVE_ACCEPTED'), { rqid: 1, choice: 'default' });
    assert.equal((await p1.call('GET', '/me')).body['battleId'], battleId);
    await two.request('MOVE', { choice: 'default', rqid: 1 });
    const update = await one.next('BATTLE_UPDATE');
    assert.equal(update.from, first!.lines.length);
  });

  it('is not ready while it goes away', async () => {
    const { battleId } = await startDuel(server.url);
    const room = server.battle(battleId);
    const handOver = room.handOver.bind(room);
    const hold = Promise.withResolvers<void>();
    room.handOver = () => hold.promise.then(handOver);
    const stopped = server.stop();
    const response = await fetch(`${server.url}/health/ready`);
    assert.equal(response.status, 503);
    const { code, draining } = (await response.json()) as Record<string, unknown>;
    assert.deepEqual({ code, draining }, { code: 'SERVER_DRAINING', draining: true });
    assert.equal((await fetch(`${server.url}/health/live`)).status, 200);
    hold.resolve();
    await stopped;
  });
});

async function isRefused(url: string): Promise<boolean> {
  return fetch(url).then(
    () => false,
    () => true,
  );
}
