/** An orderly stop does not wait for clients that do not go. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { startCluster } from '../support/cluster.ts';
import { abandonAll, Player } from '../support/player.ts';
import { type ServerProcess, startServerProcess, TEST_SECRET } from '../support/server-process.ts';

describe('SIGTERM', () => {
  let alone: ServerProcess;
  before(async function () {
    this.timeout(60_000);
    alone = await startServerProcess();
  });
  after(() => alone.dispose());

  it('ends the process in good order while a client reads nothing', async function () {
    // Less than it takes the transport to give a silent client up.
    this.timeout(9_000);
    const server = alone;
    const { token } = await signedAccounts(TEST_SECRET).take();
    const response = await fetch(`${server.url}/matchmake/joinOrCreate/matchmaking`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    const seat = (await response.json()) as { processId: string; roomId: string; sessionId: string };
    const socket = new WebSocket(
      `${server.url.replace('http', 'ws')}/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}&_authToken=${token}`,
    );
    socket.on('error', () => {});
    await once(socket, 'message');
    socket.pause();
    // 1 is what a stop that had to be cut off ends with.
    assert.equal(await server.kill('SIGTERM'), 0);
    socket.terminate();
  });

  it('leaves none of the counts by process that Colyseus keeps', async function () {
    this.timeout(60_000);
    const cluster = await startCluster(2);
    try {
      const [server] = cluster.servers;
      const counted = async (): Promise<string[]> =>
        Object.keys(await cluster.redis.admin.hgetall('roomcount'));
      assert.equal((await counted()).length, 2);
      // A room that goes counts itself out, and Colyseus writes such counts up to a second late.
      const player = new Player(server!.url);
      await player.enterQueue();
      assert.equal(await server!.kill('SIGTERM'), 0);
      assert.equal((await counted()).length, 1);
    } finally {
      abandonAll();
      await cluster.dispose();
    }
  });
});
