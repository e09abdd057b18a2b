import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, BlockList } from 'node:net';
import { LIMITS } from '../../src/config/limits.ts';
import { createMetricsApp } from '../../src/http/metrics.ts';
import type { Admin } from '../../src/http/admin-ports.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { KeepingMeter } from '../support/keeping-meter.ts';
import { assertError, METRICS, startHttp } from './http-server.ts';

const PASSWORD = 'pässwort:with a colon';
const GOOD = { authorization: `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}` };
const admin = { password: PASSWORD } as Admin;
const PATHS = ['/metrics', '/metrics.json'];

describe('metrics routes', function () {
  this.timeout(60_000);

  it('are for the operator', async () => {
    const server = await startHttp({ admin });
    try {
      for (const path of PATHS) {
        assertError(await server.call('GET', path), 'AUTH_FAILED');
        assertError(await server.call('GET', path, { token: server.guest().token }), 'AUTH_FAILED');
      }
      const text = await server.call('GET', '/metrics', { headers: GOOD });
      assert.equal(text.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
      assert.equal(text.headers.get('cache-control'), 'no-store');
      assert.equal(text.text, 'endure_battles 1\n');
      assert.deepEqual((await server.call('GET', '/metrics.json', { headers: GOOD })).body, { metrics: [] });
    } finally {
      await server.stop();
    }
  });

  it('are not there without a password of the operator', async () => {
    const server = await startHttp();
    try {
      for (const path of PATHS) assertError(await server.call('GET', path), 'NOT_FOUND');
    } finally {
      await server.stop();
    }
  });

  it('are for everybody where the operator says so', async () => {
    const nobody = new BlockList();
    const config = {
      corsOrigins: [],
      guests: true,
      trustedProxies: nobody,
      exemptAddresses: nobody,
      metrics: { ...METRICS, isOpen: true },
    };
    const server = await startHttp({ admin, config });
    try {
      for (const path of PATHS) assert.equal((await server.call('GET', path)).status, 200);
      assertError(await server.call('GET', '/health/stats'), 'AUTH_FAILED');
      for (let asked = PATHS.length; asked < LIMITS.adminPerAddress.burst; asked++)
        await server.call('GET', '/metrics');
      assertError(await server.call('GET', '/metrics'), 'RATE_LIMITED');
    } finally {
      await server.stop();
    }
  });

  it('can have a port of their own, with nothing else on it', async () => {
    let isBroken = false;
    const text = async (): Promise<string> => {
      if (isBroken) throw new Error('wires crossed');
      return 'endure_battles 2\n';
    };
    const logLines: string[] = [];
    const log = createLogger('error', { write: (line) => void logLines.push(line) });
    const metrics = { contentType: 'text/plain; charset=utf-8', text, json: async () => ({}) };
    const server = createServer(createMetricsApp(metrics, { log, meter: new KeepingMeter(), now: () => 0 }));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      assert.equal(await (await fetch(`${url}/metrics`)).text(), 'endure_battles 2\n');
      const other = await fetch(`${url}/health`);
      assert.equal(other.status, 404);
      assert.equal(((await other.json()) as { code: string }).code, 'NOT_FOUND');
      isBroken = true;
      const broken = await fetch(`${url}/metrics`);
      assert.equal(broken.status, 500);
      const { requestId } = (await broken.json()) as { requestId: string };
      assert.equal(broken.headers.get('x-request-id'), requestId);
      assert(logLines.some((line) => line.includes(requestId) && line.includes('wires crossed')));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
