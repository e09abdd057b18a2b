/** Latency, hung clients and clients that do not read, over real sockets. */
import assert from 'node:assert/strict';
import { LIMITS } from '../../src/config/limits.ts';
import { Player, startDuel } from '../support/player.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { withServer, type TestServer } from '../support/server.ts';

/** Within that many milliseconds a connection that does not answer is found. */
const STALE_MS = 15_000;

/** Milliseconds, as shown: in steps of ten, and never none. How fast this machine is makes no difference. */
const LATENCIES = { excellent: [10, 100], good: [100, 200], fair: [200, 400], poor: [400, 5_000] } as const;

describe('connections to the room battle', () => {
  let server: TestServer;
  withServer((started) => (server = started));

  /** A connection without the SDK, joined. */
  async function rawJoin(player: Player, battleId: string): Promise<RawSocket> {
    const { body } = await player.call('POST', `/battles/${battleId}/seat`);
    const { sessionId, processId } = body['seat'] as Record<string, string>;
    const { host } = new URL(server.url);
    const token = player.client.auth.token;
    const socket = await RawSocket.open(
      `ws://${host}/${processId}/${battleId}?sessionId=${sessionId}&_authToken=${token}`,
    );
    await socket.message('BATTLE_START');
    return socket;
  }

  it('show both how well each player is connected, with clients that know nothing of it', async () => {
    const { battleId, one, two } = await startDuel(server.url);
    const watching = await new Player(server.url).join(battleId);
    const isKnown = (connection: string): boolean => connection in LATENCIES;
    for (const client of [one, two, watching]) {
      const { sides } = await client.stateWhere(
        ({ sides: { p1, p2 } }) => isKnown(p1.connection) && isKnown(p2.connection),
      );
      for (const { latencyMs, connection } of [sides.p1, sides.p2]) {
        const [least, most] = LATENCIES[connection as keyof typeof LATENCIES];
        assert(latencyMs >= least && latencyMs <= most, `${connection}: ${latencyMs} ms`);
      }
    }
    one.abandon();
    const { sides } = await two.stateWhere(({ sides: { p1 } }) => p1.connection === 'disconnected');
    assert.deepEqual([sides.p1.latencyMs, sides.p1.connected], [0, false]);
  });

  it('are closed when the client hangs, and its foe is told', async function () {
    this.timeout(STALE_MS);
    const { battleId, p1, one, two } = await startDuel(server.url);
    const hung = await rawJoin(p1, battleId);
    one.abandon();
    hung.stopReading();
    while (server.battle(battleId).state.sides.get('p1')!.connected)
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal((await two.next('OPPONENT_DISCONNECTED')).timeoutMs, 60_000);
    hung.close();
  });

  it('are closed with 4010 when the client does not read what it asks for', async () => {
    const { battleId, one, two } = await startDuel(server.url);
    const room = server.battle(battleId);
    // A few of them are more than the buffers of the system hold, and then our own limit.
    const padding = `|debug|${'x'.repeat(4 * LIMITS.backlogBytes)}`;
    room.session.battle.channels.spectator.push(padding);
    await Promise.all([one, two].map((side) => side.request('MOVE', { choice: 'default' })));
    const watcher = new Player(server.url);
    const stuck = await rawJoin(watcher, battleId);
    const { ref } = room.clients.find(({ auth }) => auth?.id === watcher.id)!;
    stuck.stopReading();
    for (let asked = 0; asked < 8; asked++) stuck.send('REQUEST_STATE', { from: 0 });
    while ((ref as unknown as WebSocket).readyState === WebSocket.OPEN) await new Promise(setImmediate);
    stuck.readOn();
    assert.equal(await stuck.closed, 4010);
    await one.request('FORFEIT');
    assert.equal((await two.next('BATTLE_END')).reason, 'opponent_forfeit');
  });
});
