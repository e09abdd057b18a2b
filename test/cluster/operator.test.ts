/** What two real processes say of their battles, whichever is asked. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { runAdmin } from '../../scripts/admin/run.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import type { BattleId } from '../../src/battle/ids.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { abandonAll, Player, startDuel, type Duel } from '../support/player.ts';
import { runSql } from '../support/postgres.ts';
import type { ServerProcess } from '../support/server-process.ts';

const PASSWORD = 'of the operator';
const BATTLES = 4;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function ask(server: ServerProcess, path: string, method = 'GET', body?: object): Promise<Answer> {
  const authorization = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`;
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function liveAt(server: ServerProcess): Promise<unknown[]> {
  const { body } = await ask(server, '/battles/live?limit=100');
  return (body['items'] as { battleId: string }[]).map(({ battleId }) => battleId).sort();
}

silenceSdk();

describe('two processes, asked', function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  const duels: Duel[] = [];
  before(async () => {
    cluster = await startCluster(2, { ADMIN_PASSWORD: PASSWORD, MONITOR: '1' });
    const hosted = (): Promise<string[][]> =>
      Promise.all(cluster.servers.map((server) => cluster.hostedBy(server)));
    // Placed by chance while loads are alike: both processes are to get some.
    while (duels.length < BATTLES || (await hosted()).some(({ length }) => length === 0))
      duels.push(await startDuel(cluster.url));
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
      const { connections, ...user } = body as { connections: { room: string; battleId: string | null }[] };
      const place = { battleId, processId: owner.id, queue: null };
      assert.deepEqual(user, { userId: p1.id, name: p1.id, ...place });
      const rooms = connections.map((connection) => `${connection.room} ${connection.battleId ?? ''}`).sort();
      assert.deepEqual(rooms, [`battle ${battleId}`, 'matchmaking ']);
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
        const others = body['others'] as { process: { id: string }; rooms: number }[];
        assert.equal(others.length, 1);
        assert.notEqual(others[0]!.process.id, (body['process'] as { id: string }).id);
        const { processes, rooms: inAll } = body['all'] as { processes: number; rooms: number };
        assert.deepEqual([processes, inAll], [2, duels.length]);
        assert.equal((body['rooms'] as number) + others[0]!.rooms, duels.length);
        return body['rooms'] as number;
      }),
    );
    assert.equal(rooms[0]! + rooms[1]!, duels.length);
    const { body } = await ask(cluster.servers[0]!, '/health/cleanup?dryRun=1', 'POST');
    assert.equal(body['dryRun'], true);
    assert(Object.values(body['removed'] as Record<string, number>).every((count) => count === 0));
    const summary = await ask(cluster.servers[1]!, '/health');
    assert.equal(summary.status, 200);
    assert.equal((summary.body['details'] as Record<string, unknown>)['processes'], 2);
    const { body: readiness } = await ask(cluster.servers[1]!, '/health/ready');
    assert.deepEqual(readiness['checks'], { redis: true, database: true });
  });

  it('hear one another, and say how long that takes', async () => {
    const authorization = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`;
    for (const { url } of cluster.servers) {
      let text = '';
      // The first question goes out after some seconds.
      while (!/^endure_canary_seconds_count [1-9]/m.test(text)) {
        await sleep(200);
        text = await (await fetch(`${url}/metrics`, { headers: { authorization } })).text();
      }
      for (const line of [
        'endure_canary_lost_total 0',
        'endure_processes 2',
        'endure_store_up{store="redis"} 1',
        'endure_redis_connected{connection="log"} 1',
        'endure_redis_append_only 1',
        'endure_bus_healthy 1',
        'endure_relay_refused_total 0',
        'endure_outbox_waiting 0',
      ])
        assert(text.includes(`\n${line}\n`), `${line} in\n${text}`);
      assert.match(text, /^endure_canary_round_trip_seconds 0\.\d+$/m);
    }
  });

  it('know a battle at every moment of its end', async () => {
    const { battleId, one } = duels[1]!;
    const watch = async (server: ServerProcess): Promise<void> => {
      for (;;) {
        const { status, body } = await ask(server, `/battles/${battleId}`);
        assert.equal(status, 200, JSON.stringify(body));
        if (body['status'] === 'ended' && (await cluster.unrecorded()) < duels.length) return;
      }
    };
    const watched = cluster.servers.map(watch);
    one.send('FORFEIT', {});
    await Promise.all(watched);
  });

  it('list battles by process, users and queues alike', async () => {
    const waiting = await new Player(cluster.url).enterQueue();
    waiting.send('JOIN_QUEUE', { format: 'gen1randombattle' });
    await waiting.next('QUEUE_JOINED');
    const [one, other] = await Promise.all(
      cluster.servers.map(async (server) => {
        const { body } = await ask(server, '/admin/processes');
        const ids = (body['items'] as { id: string }[]).map(({ id }) => id).sort();
        const battles = await Promise.all(ids.map((id) => ask(server, `/admin/battles?process=${id}`)));
        const users = await ask(server, '/admin/users?limit=100');
        const queues = await ask(server, '/admin/queues');
        return { ids, battles, users, queues: shapeOf(queues) };
      }),
    );
    assert.deepEqual(one, other);
    const { battles, users, queues } = one!;
    const living = battles.flatMap(({ body }) => body['items'] as { battleId: string; turn: number }[]);
    assert.deepEqual(
      living.map(({ battleId }) => battleId).sort(),
      duels
        .slice(2)
        .concat(duels[0]!)
        .map(({ battleId }) => battleId)
        .sort(),
    );
    assert(living.every(({ turn }) => turn === 1));
    assert.equal(users.body['total'], duels.length * 2 + 1);
    assert.deepEqual(users.body['silent'], []);
    assert.deepEqual(queues, [['gen1randombattle', 1]]);
    await waiting.leave();
  });

  it('show the rooms of both in the monitor of each', async () => {
    const { battleId } = duels[0]!;
    for (const server of cluster.servers) {
      const { body: list } = await ask(server, '/monitor/api');
      const ids = (list['rooms'] as { roomId: string }[]).map(({ roomId }) => roomId);
      assert(duels.slice(2).every((duel) => ids.includes(duel.battleId)));
      const { body: room } = await ask(server, `/monitor/api/room?roomId=${battleId}`);
      assert.equal((room['state'] as { battleId: string }).battleId, battleId);
      const args = encodeURIComponent(JSON.stringify([['turn'], 9]));
      const call = `/monitor/api/room/call?roomId=${battleId}&method=_editStateProperty&args=${args}`;
      assert.equal((await ask(server, call)).body['code'], 'FORBIDDEN');
    }
  });

  it('end a battle, whichever is asked, and say so once', async () => {
    for (const [index, to] of [
      [2, 'p2'],
      [3, 'void'],
    ] as const) {
      const { battleId, one, two, p2 } = duels[index]!;
      const path = `/admin/battles/${battleId}`;
      const { body } = await ask(cluster.servers[0]!, path);
      const owner = (body['owner'] as { process: { port: number } }).process.port;
      const asked = cluster.servers.find(({ url }) => Number(new URL(url).port) !== owner)!;
      const verdict = { to, note: 'stalled on purpose' };
      const { status } = await ask(asked, `${path}/end`, 'POST', verdict);
      assert.equal(status, 200);
      const ends = await Promise.all([one, two].map((client) => client.next('BATTLE_END')));
      assert.deepEqual(
        ends.map(({ reason }) => reason),
        to === 'void' ? ['void', 'void'] : ['forfeit', 'opponent_forfeit'],
      );
      assert(ends.every(({ winner }) => winner === (to === 'void' ? null : p2.id)));
      for (const server of cluster.servers) {
        const again = await ask(server, `${path}/end`, 'POST', verdict);
        assert.equal(again.body['code'], 'BATTLE_ENDED');
        assert.equal(
          (again.body['details'] as { reason: string }).reason,
          to === 'void' ? 'void' : 'forfeit',
        );
        const { state, result } = await recorded(server, path);
        assert.equal(state, 'ended');
        const wanted = to === 'void' ? [null, 'void', 'operator'] : ['p2', 'forfeit', null];
        assert.deepEqual([result.winner, result.reason, result.why], wanted);
        assert.equal(result.note, verdict.note);
      }
    }
    const stats = await Promise.all(cluster.servers.map((server) => ask(server, '/health/stats')));
    const faults = stats.map(({ body }) => (body['counts'] as { voids: number }).voids);
    assert.deepEqual(faults, [0, 0], 'a verdict is no fault of the server');
    const unknown = await ask(cluster.servers[0]!, '/admin/battles/none/end', 'POST', {
      to: 'void',
      note: 'n',
    });
    assert.equal(unknown.body['code'], 'BATTLE_NOT_FOUND');
  });

  it('show a battle that cannot be recorded, and record it when told once that is mended', async () => {
    const { battleId, one } = await startDuel(cluster.url, 'gen8randombattle');
    const refusal = 'constraint not_yet';
    await runSql(
      cluster.database,
      `alter table battles add ${refusal} check (format <> 'gen8randombattle') not valid`,
    );
    // The next try is the last one.
    await cluster.redis.admin.hset(redisKeys('endure:').battle(battleId as BattleId), 'tries', 4);
    one.send('FORFEIT', {});
    const [first, second] = cluster.servers;
    let list: { items: { battleId: string; fault: string; format: string }[] } = { items: [] };
    while (list.items.length === 0) {
      await sleep(50);
      list = (await ask(first!, '/admin/outbox')).body as unknown as typeof list;
    }
    assert.deepEqual([list.items[0]!.battleId, list.items[0]!.format], [battleId, 'gen8randombattle']);
    assert.match(list.items[0]!.fault, /violates check constraint "not_yet"/);
    await runSql(cluster.database, `alter table battles drop ${refusal}`);
    const { status, body } = await ask(second!, '/admin/outbox/retry', 'POST');
    assert.deepEqual([status, body], [202, { retried: [battleId] }]);
    const row = `select reason from battles where id = '${battleId}'`;
    while ((await runSql(cluster.database, row)).rowCount === 0) await sleep(20);
    const path = `/admin/outbox/${battleId}/retry`;
    while ((await ask(first!, path, 'POST')).body['code'] !== 'BATTLE_NOT_FOUND') await sleep(20);
  });

  it('drain one another: its battles go on in the one that was asked', async () => {
    const { battleId, one, two } = duels[0]!;
    const { body } = await ask(cluster.servers[0]!, `/admin/battles/${battleId}`);
    const owner = body['owner'] as { id: string; process: { port: number } };
    const isOwner = ({ url }: ServerProcess): boolean => Number(new URL(url).port) === owner.process.port;
    const [drained, asked] = [cluster.servers.find(isOwner)!, cluster.servers.find((one) => !isOwner(one))!];
    const { status } = await ask(asked, '/admin/processes/nobody/drain', 'POST');
    assert.equal(status, 404);
    const exited = drained.exited();
    const env = { ENDURE_URL: asked.url, ADMIN_PASSWORD: PASSWORD };
    const begun = await runAdmin(['drain', owner.id], env);
    assert.deepEqual(begun, { status: 0, out: `${owner.id} drains and ends.\n`, err: '' });
    while (await ask(drained, '/health/ready').then(({ status }) => status === 200, isGone)) await sleep(5);
    // Its manager may be told the same meanwhile.
    drained.signal('SIGTERM');
    assert.equal(await exited, 0);
    await Promise.all([one, two].map((client) => client.next('BATTLE_RESTORED')));
    assert((await cluster.hostedBy(asked)).includes(battleId));
    one.send('MOVE', { choice: 'default' });
    two.send('MOVE', { choice: 'default' });
    await Promise.all([one, two].map((client) => client.next('BATTLE_UPDATE')));
    const left = JSON.parse((await runAdmin(['processes', '--json'], env)).out) as { items: unknown[] };
    assert.equal(left.items.length, 1);
  });
});

interface Ended {
  readonly state: string;
  readonly result: {
    readonly winner: unknown;
    readonly reason: string;
    readonly why: unknown;
    note: unknown;
  };
}

/** What is said of a battle that has ended, once the database says it. */
async function recorded(server: ServerProcess, path: string): Promise<Ended> {
  for (;;) {
    const body = (await ask(server, path)).body as unknown as Ended;
    if (body.result.note !== null) return body;
    await sleep(20);
  }
}

/** Who does not answer any more is past draining. */
const isGone = (): boolean => false;

function shapeOf({ body }: Answer): unknown {
  return (body['items'] as { format: string; waiting: number }[]).map(({ format, waiting }) => [
    format,
    waiting,
  ]);
}
