import assert from 'node:assert/strict';
import { startHttp, type TestServer } from './http-server.ts';

describe('formats and health', function () {
  this.timeout(60_000);
  let server: TestServer;
  before(async () => {
    server = await startHttp();
  });
  after(() => server.stop());

  it('GET /formats lists what is on offer', async () => {
    const { body } = await server.call('GET', '/formats');
    assert((body['total'] as number) >= 24);
    const ou = body.items?.find((format) => format['id'] === 'gen9ou');
    assert.deepEqual(ou, {
      id: 'gen9ou',
      name: '[Gen 9] OU',
      generation: 9,
      gameType: 'singles',
      players: 2,
      teamRequired: true,
      teamPreview: true,
      rated: true,
    });
  });

  describe('/health', () => {
    it('is open to everybody', async () => {
      assert.deepEqual((await server.call('GET', '/health/live')).body, { ok: true });
      assert.deepEqual((await server.call('GET', '/health/ready')).body, {
        ok: true,
        draining: false,
        checks: { database: true },
      });
      assert.equal((await server.call('GET', '/health')).status, 200);
    });

    for (const [status, answer] of [
      ['ok', 200],
      ['draining', 200],
      ['degraded', 503],
    ] as const) {
      it(`answers ${answer} when it is ${status}`, async () => {
        const ready = async () => ({ ok: true, draining: false, checks: {} });
        const summary = async () => ({ status, uptime: 5 });
        const other = await startHttp({ health: { live: () => ({ ok: true }), ready, summary } });
        try {
          const { status: given, body } = await other.call('GET', '/health');
          assert.equal(given, answer);
          assert.deepEqual(body, { status, uptime: 5 });
        } finally {
          await other.stop();
        }
      });
    }

    for (const [draining, code] of [
      [true, 'SERVER_DRAINING'],
      [false, 'REDIS_UNAVAILABLE'],
    ] as const) {
      it(`is not ready with ${code}`, async () => {
        const readiness = { ok: false, draining, checks: { database: draining } };
        const away = await startHttp({
          health: {
            live: () => ({ ok: true }),
            ready: async () => readiness,
            summary: async () => ({ status: 'ok' }),
          },
        });
        try {
          const { status, body } = await away.call('GET', '/health/ready');
          assert.equal(status, 503);
          assert.equal(body['code'], code);
          assert.equal(body['ok'], false);
          assert.deepEqual(body['checks'], { database: draining });
        } finally {
          await away.stop();
        }
      });
    }
  });
});
