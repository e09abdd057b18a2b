/** An orderly stop does not wait for clients that do not go. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { startServerProcess, TEST_SECRET } from '../support/server-process.ts';

describe('SIGTERM', () => {
  it('ends the process in good order while a client reads nothing', async function () {
    // Less than it takes the transport to give a silent client up.
    this.timeout(9_000);
    const server = await startServerProcess();
    try {
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
    } finally {
      await server.dispose();
    }
  });
});
