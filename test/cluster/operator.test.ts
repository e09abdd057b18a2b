/** What two real processes say of their battles, whichever is asked. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { abandonAll, startDuel, type Duel } from '../support/player.ts';
import type { ServerProcess } from '../support/server-process.ts';

const PASSWORD = 'of the operator';
const BATTLES = 4;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function ask(server: ServerProcess, path: string, method = 'GET'): Promise<Answer> {
  const authorization = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`;
  const response = await fetch(server.url + path, { method, headers: { authorization } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function liveAt(server: ServerProcess): Promise<unknown[]> {
  const { body } = await ask(server, '/battles/live?limit=100');
  return (body['items'] as { battleId: string }[]).map(({ battleId }) => battleId).sort();
}

describe('two processes, asked', function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  const duels: Duel[] = [];
  before(async () => {
    cluster = await startCluster(2, { ADMIN_PASSWORD: PASSWORD });
    // Placed by load: both processes get some.
    for (let number = 0; number < BATTLES; number += 1) duels.push(await startDuel(cluster.url));
  });
  after(async () => {
    abandonAll();
    await cluster.dispose();
  });

  it('list the battles of both', async () => {
    const ids = duels.map(({ battleId }) => battleId).sort();
    for (const server of cluster.servers) {
      assert.notEqual((await cluster.hostedBy(server)).length, 0);
      // What was asked for while battles were being opened is good for a second.
      let listed = await liveAt(server);
      while (listed.length < ids.length) listed = await liveAt(server);
      assert.deepEqual(listed, ids);
    }
  });

  it('know where a battle and its players are', async () => {
    const { battleId, p1 } = duels[0]!;
    const [one, other] = await Promise.all(
      cluster.servers.map((server) => ask(server, `/admin/battles/${battleId}`)),
    );
    assert.deepEqual(one, other);
    const { state, owner, listing, epoch, crashes } = one!.body as {
      owner: { id: string; process: { port: number } };
      listing: { processId: string; clients: number };
    } & Record<string, unknown>;
    assert.deepEqual({ state, epoch, crashes }, { state: 'living', epoch: 1, crashes: 0 });
    assert.deepEqual(listing, { processId: owner.id, clients: 2 });
    const ports = cluster.servers.map(({ url }) => Number(new URL(url).port));
    assert(ports.includes(owner.process.port));
    for (const server of cluster.servers) {
      const { body } = await ask(server, `/admin/users/${p1.id}`);
      const user = { userId: p1.id, name: p1.id, battleId, processId: owner.id, queue: null };
      assert.deepEqual(body, user);
    }
  });

  it('know who came to a battle', async () => {
    const { battleId, p1, p2 } = duels[0]!;
    for (const server of cluster.servers) {
      let users: unknown[] = [];
      while (users.length < 2) {
        // The routes are limited by address.
        await sleep(100);
        const { body } = await ask(server, `/admin/battles/${battleId}/events?limit=100`);
        const joined = (body['items'] as Record<string, unknown>[]).filter(({ kind }) => kind === 'joined');
        users = joined.map(({ userId }) => userId as string).sort();
      }
      assert.deepEqual(users, [p1.id, p2.id].sort());
    }
  });

  it('tell their figures, and find nothing that is orphaned', async () => {
    const rooms = await Promise.all(
      cluster.servers.map(async (server) => {
        const { body } = await ask(server, '/health/stats');
        assert.equal((body['processes'] as unknown[]).length, 2);
        assert.deepEqual(body['outbox'], { waiting: 0, aside: 0, oldestMs: null });
        return body['rooms'] as number;
      }),
    );
    assert.equal(rooms[0]! + rooms[1]!, BATTLES);
    const { body } = await ask(cluster.servers[0]!, '/health/cleanup?dryRun=1', 'POST');
    assert.equal(body['dryRun'], true);
    assert(Object.values(body['removed'] as Record<string, number>).every((count) => count === 0));
    const summary = await ask(cluster.servers[1]!, '/health');
    assert.equal(summary.status, 200);
    assert.equal((summary.body['details'] as Record<string, unknown>)['processes'], 2);
    const { body: readiness } = await ask(cluster.servers[1]!, '/health/ready');
    assert.deepEqual(readiness['checks'], { redis: true, database: true });
  });

  it('know a battle at every moment of its end', async () => {
    const { battleId, one } = duels[1]!;
    const watch = async (server: ServerProcess): Promise<void> => {
      for (;;) {
        const { status, body } = await ask(server, `/battles/${battleId}`);
        assert.equal(status, 200, JSON.stringify(body));
        if (body['status'] === 'ended' && (await cluster.unrecorded()) < BATTLES) return;
      }
    };
    const watched = cluster.servers.map(watch);
    one.send('FORFEIT', {});
    await Promise.all(watched);
  });
});
