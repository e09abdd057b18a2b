/** What no client may cost the others: places of spectators, and messages that it does not read. */
import assert from 'node:assert/strict';
import type { UserId } from '../../src/battle/ids.ts';
import type { OpeningSide } from '../../src/battle/opening.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { Connections, type BattleClient } from '../../src/rooms/connections.ts';
import type { Seat } from '../../src/rooms/messages.ts';
import { closeCodeOf } from '../support/raw-socket.ts';
import { Player, refusalOf, startDuel, type InBattle } from '../support/player.ts';
import { withServer, type TestServer } from '../support/server.ts';

const SEATS = [
  { side: 'p1', userId: 'one' },
  { side: 'p2', userId: 'two' },
] as unknown as readonly OpeningSide[];

function clientOf(userId: string, sessionId: string): BattleClient {
  return {
    sessionId,
    reconnectionToken: `token of ${sessionId}`,
    auth: { id: userId },
  } as unknown as BattleClient;
}

describe('Connections', () => {
  it('has room for so many spectators, and always for players', () => {
    const connections = new Connections(SEATS);
    const watching = Array.from({ length: LIMITS.spectatorsPerBattle }, (_, index) =>
      clientOf(`w${index}`, `s${index}`),
    );
    for (const client of watching) {
      assert(connections.hasRoomFor(client.auth!.id, []));
      connections.add(client);
    }
    assert(!connections.hasRoomFor('late' as UserId, []));
    assert(connections.hasRoomFor('one' as UserId, []));
    connections.remove(watching[7]!);
    assert(connections.hasRoomFor('late' as UserId, []));
  });

  it('counts seats that wait to be taken, but not those of players', () => {
    const connections = new Connections(SEATS);
    const waiting = Array.from(
      { length: LIMITS.spectatorsPerBattle - 1 },
      (_, index) => `w${index}` as UserId,
    );
    assert(connections.hasRoomFor('late' as UserId, [...waiting, 'one' as UserId]));
    connections.add(clientOf('first', 'session'));
    assert(!connections.hasRoomFor('late' as UserId, waiting));
    assert(connections.hasRoomFor('one' as UserId, waiting));
  });

  it('has room for so many connections and seats of one spectator', () => {
    const connections = new Connections(SEATS);
    const rest = LIMITS.connectionsPerSpectator - 2;
    for (let index = 0; index < rest; index++) connections.add(clientOf('keen', `s${index}`));
    const keen = 'keen' as UserId;
    assert(connections.hasRoomFor(keen, [keen]));
    assert(!connections.hasRoomFor(keen, [keen, keen]));
    assert(connections.hasRoomFor('late' as UserId, [keen, keen]));
  });

  it('knows a session by its newest token and the one before', () => {
    const connections = new Connections(SEATS);
    const client = clientOf('one', 'session');
    for (const token of ['first', 'second', 'third'])
      connections.add(Object.assign(client, { reconnectionToken: token }));
    const sessions = ['first', 'second', 'third'].map((token) =>
      connections.sessionOf(token, 'one' as UserId),
    );
    assert.deepEqual(sessions, [null, 'session', 'session']);
    assert.equal(connections.sessionOf('third', 'two' as UserId), null);
  });
});

describe('limits of the room battle', () => {
  let server: TestServer;
  withServer((started) => (server = started));

  it('refuses a spectator for whom there is no place, by whatever way', async () => {
    const { battleId, p1 } = await startDuel(server.url);
    const original = Object.getOwnPropertyDescriptor(Connections.prototype, 'hasRoomFor')!;
    Connections.prototype.hasRoomFor = function (userId) {
      return this.sideOf(userId) !== null;
    };
    try {
      const late = new Player(server.url);
      assert.deepEqual(await refusalOf(late.join(battleId)), { message: 'ROOM_FULL', code: 409 });
      const { status, body } = await late.call('POST', `/battles/${battleId}/seat`);
      assert.deepEqual([status, body['code']], [409, 'ROOM_FULL']);
      await (await p1.join(battleId)).next('BATTLE_START');
    } finally {
      Object.defineProperty(Connections.prototype, 'hasRoomFor', original);
    }
  });

  it('gives one spectator so many places, whatever session ids he makes up', async () => {
    const { battleId, p1 } = await startDuel(server.url);
    const keen = new Player(server.url);
    const watching: InBattle[] = [];
    for (let index = 1; index < LIMITS.connectionsPerSpectator; index++)
      watching.push(await keen.join(battleId));
    // A seat that waits to be taken is a place.
    const { body } = await keen.call('POST', `/battles/${battleId}/seat`);
    assert.deepEqual(await refusalOf(keen.join(battleId)), { message: 'ROOM_FULL', code: 409 });
    const madeUp = { sessionId: 'made-up', _authToken: keen.client.auth.token! };
    assert.equal(await closeCodeOf(server.url, battleId, madeUp), 4002);
    const own = await keen.reconnect(watching[0]!.room.reconnectionToken);
    await own.next('BATTLE_RESTORED');
    await (await keen.consume(body['seat'] as Seat)).next('BATTLE_START');
    await (await p1.join(battleId)).next('BATTLE_START');
    await (await new Player(server.url).join(battleId)).next('BATTLE_START');
  });

  it('closes who does not read with 4010, and the battle goes on', async () => {
    const { battleId, one, two } = await startDuel(server.url);
    const watching = await new Player(server.url).join(battleId);
    await watching.next('BATTLE_START');
    lagBehind(battleId, watching);
    await Promise.all([one, two].map((side) => side.request('MOVE', { choice: 'default' })));
    for (const side of [one, two]) await side.next('BATTLE_UPDATE');
    // He reads again, and comes back by himself.
    const { lines } = await watching.next('BATTLE_RESTORED');
    assert.deepEqual(watching.drops, [4010]);
    assert.deepEqual(lines, server.battle(battleId).session.battle.channels.spectator);
    await two.request('FORFEIT', {});
    assert.equal((await watching.next('BATTLE_END')).reason, 'forfeit');
  });

  function lagBehind(battleId: string, { room }: InBattle): void {
    const { ref } = server.battle(battleId).clients.getById(room.sessionId)!;
    Object.defineProperty(ref, 'bufferedAmount', { get: () => LIMITS.backlogBytes + 1 });
  }
});
