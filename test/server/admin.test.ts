/** The operator's view of a whole server. */
import assert from 'node:assert/strict';
import { matchMaker } from '@colyseus/core';
import { abandonAll, startDuel } from '../support/player.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const PASSWORD = 'Rk7Yb3Hf6Jd1Sg9Ma5CLq8vT2xZ0pWn4';
const authorization = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`;

describe('the admin routes of a server', () => {
  let server: TestServer;

  before(async function () {
    this.timeout(30_000);
    server = await startTestServer({ ADMIN_PASSWORD: PASSWORD });
  });
  after(async () => {
    abandonAll();
    await server.dispose();
  });

  async function ask(path: string, method = 'GET'): Promise<Record<string, unknown>> {
    const response = await fetch(server.url + path, { method, headers: { authorization } });
    assert.equal(response.status, 200, path);
    return (await response.json()) as Record<string, unknown>;
  }

  it('tell figures, and where a user and a battle are', async () => {
    const { battleId, p1 } = await startDuel(server.url);
    const { processId } = matchMaker;
    const stats = await ask('/health/stats');
    assert.equal(stats['rooms'], 1);
    assert.deepEqual(stats['counts'], { recoveries: 0, fencings: 0, suspensions: 0, voids: 0 });
    assert.deepEqual(stats['outbox'], { waiting: 0, aside: 0, oldestMs: null });
    const user = await ask(`/admin/users/${encodeURIComponent(p1.id)}`);
    assert.equal(user['battleId'], battleId);
    assert.equal(user['processId'], processId);
    const battle = await ask(`/admin/battles/${battleId}`);
    assert.equal(battle['state'], 'living');
    assert.deepEqual(battle['listing'], { processId, clients: 2 });
  });

  it('tell who came and went in a battle', async () => {
    const { battleId, p2, two } = await startDuel(server.url);
    await two.leave();
    server.skip(1_000);
    let items: { kind: string; userId: string | null }[] = [];
    while (items[0]?.kind !== 'dropped')
      ({ items } = (await ask(`/admin/battles/${battleId}/events`)) as { items: typeof items });
    assert.deepEqual(
      items.map(({ kind }) => kind),
      ['dropped', 'joined', 'joined'],
    );
    assert.equal(items[0]?.userId, p2.id);
  });

  it('find nothing to clean up where the database does that itself', async () => {
    const { dryRun, removed } = await ask('/health/cleanup?dryRun=1', 'POST');
    assert.equal(dryRun, true);
    assert.equal((removed as { oldEvents: number }).oldEvents, 0);
    assert.equal((removed as { oldGuests: number }).oldGuests, 0);
    assert(Object.values(removed as object).every((count) => count === 0));
  });

  it('have no monitor among them without the setting', async () => {
    const response = await fetch(`${server.url}/monitor`, { headers: { authorization } });
    assert.equal(response.status, 404);
  });

  it('end a battle that nobody has, by bringing it back first', async () => {
    const { battleId, one, p2 } = await startDuel(server.url);
    await one.request('MOVE', { choice: 'default' });
    await server.battle(battleId).handOver();
    const response = await fetch(`${server.url}/admin/battles/${battleId}/end`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ to: 'p2', note: 'enough' }),
    });
    assert.deepEqual(await response.json(), { battleId, winner: 'p2', reason: 'forfeit' });
    const { state, result } = await ask(`/admin/battles/${battleId}`);
    assert.equal(state, 'ended');
    assert.deepEqual(result, { winner: 'p2', reason: 'forfeit', why: null, note: 'enough' });
    const end = await (await p2.join(battleId)).next('BATTLE_END');
    assert.deepEqual([end.winner, end.reason], [p2.id, 'opponent_forfeit']);
  });
});
