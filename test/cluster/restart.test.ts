/** What a server finds in the log when it starts, and who may come back to it; over real sockets. */
import assert from 'node:assert/strict';
import { SIDE_IDS } from '../../src/battle/ids.ts';
import { match, Player, refusalOf, startDuel, type InBattle, type StateView } from '../support/player.ts';
import { runSql } from '../support/postgres.ts';
import { withServer, type TestServer } from '../support/server.ts';

describe('a server that starts on the log of another', () => {
  let server: TestServer;
  withServer((started) => (server = started));

  /** With something done to the log in between. */
  async function restart(change?: string): Promise<void> {
    await server.stop();
    if (change !== undefined) await runSql(server.database, change);
    await server.start();
  }

  async function ends(watched: Player, battleId: string): Promise<Record<string, unknown>> {
    for (;;) {
      const { body } = await watched.call('GET', `/battles/${battleId}`);
      if (body['status'] === 'ended') return body;
    }
  }

  it('honours seats that the other one gave out', async () => {
    const { players, seats } = await match(server.url);
    await restart();
    const battles = await Promise.all(players.map((player, index) => player.consume(seats[index]!)));
    const starts = await Promise.all(battles.map((battle) => battle.next('BATTLE_START')));
    assert.deepEqual(new Set(starts.map(({ side }) => side)), new Set(['p1', 'p2']));
    assert.deepEqual(
      starts.map(({ request }) => request?.rqid),
      [1, 1],
    );
  });

  it('takes a player in by the id of the battle, by a token and by a new seat', async () => {
    const { battleId, p1, one } = await startDuel(server.url);
    const { reconnectionToken } = one.room;
    one.abandon();
    await restart();
    const ways: (() => Promise<InBattle>)[] = [
      () => p1.join(battleId),
      () => p1.reconnect(reconnectionToken),
      async () => p1.consume((await p1.call('POST', `/battles/${battleId}/seat`)).body['seat'] as never),
    ];
    for (const enter of ways) {
      const seated = await enter();
      await seated.stateWhere(({ sides }) => sides.p1.connected);
      assert.deepEqual(await seated.request('REQUEST_STATE', {}), undefined);
      assert.equal((await seated.next('BATTLE_UPDATE')).request?.rqid, 1);
    }
  });

  it('gives the state as the other one had it, to who was here and to who comes', async () => {
    const { battleId, one, two } = await startDuel(server.url);
    await Promise.all([one, two].map((side) => side.request('MOVE', { choice: 'default' })));
    await one.next('BATTLE_UPDATE');
    const before = one.state;
    await restart();
    await Promise.all([one, two].map((side) => side.next('BATTLE_RESTORED')));
    // The time without a server is nobody's, so nothing is due any sooner.
    const after = await one.stateWhere(({ sides }) =>
      SIDE_IDS.every(
        (side) => sides[side].connected && sides[side].deadlineAt >= before.sides[side].deadlineAt,
      ),
    );
    // Deadlines begin anew.
    const isOld = { deadlineAt: 0 };
    assert.deepEqual(unmeasured(after, isOld), unmeasured(before, isOld));
    const watching = await new Player(server.url).join(battleId);
    await watching.next('BATTLE_START');
    assert.deepEqual(
      unmeasured({ ...watching.state, spectators: 0 }),
      unmeasured({ ...one.state, spectators: 0 }),
    );
  });

  it('closes with 4003 who asks for a battle that is over', async () => {
    const { one, two } = await startDuel(server.url);
    await server.stop();
    await runSql(server.database, 'delete from live_battle');
    await server.start();
    assert.deepEqual(await Promise.all([one.closed, two.closed]), [4003, 4003]);
  });

  it('ends a battle void that has killed too many owners', async () => {
    const { battleId, p1 } = await startDuel(server.url);
    await restart(`update live_battle set crashes = 5, owner = 'somebody' where id = '${battleId}'`);
    const { winner, reason } = await ends(p1, battleId);
    assert.deepEqual([winner, reason], [null, 'void']);
    assert.deepEqual(await refusalOf(p1.join(battleId)), { message: 'BATTLE_ENDED', code: 409 });
    assert.deepEqual(server.takeErrors(), ['a battle ends void']);
    assert.equal((await p1.call('GET', '/me')).body['battleId'], undefined);
  });

  it('ends a battle void whose engine nobody has', async () => {
    const { battleId, p1 } = await startDuel(server.url);
    await restart(`update live_battle set engine = 'another engine' where id = '${battleId}'`);
    assert.equal((await ends(p1, battleId))['reason'], 'void');
    assert.deepEqual(server.takeErrors(), ['a battle ends void']);
  });
});

/** Without the quality of connections, which is measured anew and told as time goes by. */
function unmeasured({ sides: { p1, p2 }, ...state }: StateView, more: object = {}): object {
  const quality = { latencyMs: 0, connection: '', ...more };
  return { ...state, p1: { ...p1, ...quality }, p2: { ...p2, ...quality } };
}
