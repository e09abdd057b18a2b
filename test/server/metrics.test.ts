/** What a server measures while it is played on, as Prometheus and the operator read it. */
import assert from 'node:assert/strict';
import { freePort } from '../support/free-port.ts';
import { abandonAll, startDuel } from '../support/player.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const PASSWORD = 'Rk7Yb3Hf6Jd1Sg9Ma5CLq8vT2xZ0pWn4';
const authorization = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`;

describe('the metrics of a server', () => {
  let server: TestServer;
  let port: number;

  before(async function () {
    this.timeout(30_000);
    port = await freePort();
    server = await startTestServer({ ADMIN_PASSWORD: PASSWORD, METRICS_PORT: String(port) });
  });
  after(async () => {
    abandonAll();
    await server.dispose();
  });

  /** Samples by name and labels. */
  async function read(): Promise<Map<string, number>> {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    assert.equal(response.status, 200);
    const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    );
  }

  it('tell of a battle, of inputs and refusals, and of no name', async () => {
    const { battleId, p1, p2, one } = await startDuel(server.url);
    assert.equal((await fetch(`${server.url}/nothing`)).status, 404);
    await assert.rejects(one.room.request('MOVE', { choice: 'foo' }));
    await one.room.request('FORFEIT', {});
    const samples = await read();
    for (const [name, value] of [
      ['endure_battles{status="ended"}', 1],
      ['endure_battles{status="playing"}', 0],
      ['endure_battle_players{status="ended"}', 2],
      ['endure_sockets{kind="players"}', 2],
      ['endure_inputs_total{type="resume"}', 1],
      ['endure_inputs_total{type="forfeit"}', 1],
      ['endure_refusals_total{where="battle",code="INVALID_MOVE"}', 1],
      ['endure_refusals_total{where="http",code="NOT_FOUND"}', 1],
      ['endure_append_seconds_count', 2],
      ['endure_answer_seconds_count', 2],
      ['endure_queue_wait_seconds_count{format="gen9randombattle"}', 2],
      ['endure_store_up{store="database"}', 1],
      ['endure_processes', 1],
      ['endure_suspended', 0],
      ['endure_orphans', 0],
      ['endure_postgres_connections{pool="append",state="idle"}', 1],
    ] as const)
      assert.equal(samples.get(name), value, name);
    const names = [...samples.keys()].join('\n');
    for (const secret of [battleId, p1.id, p2.id]) assert(!names.includes(secret));
  });

  it("are the operator's on the server's own port, as JSON too", async () => {
    for (const path of ['/metrics', '/metrics.json']) {
      assert.equal((await fetch(server.url + path)).status, 401);
      assert.equal((await fetch(server.url + path, { headers: { authorization } })).status, 200);
    }
    const response = await fetch(`${server.url}/metrics.json`, { headers: { authorization } });
    const { uptime, memory, metrics } = (await response.json()) as Record<string, unknown>;
    assert.equal(typeof uptime, 'number');
    assert(typeof (memory as { rss: number }).rss === 'number' && Array.isArray(metrics));
  });

  it('end with the server', async () => {
    await server.stop();
    await assert.rejects(fetch(`http://127.0.0.1:${port}/metrics`));
    await server.start();
    await read();
  });
});
