import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { checked, readJsonBody } from '../../src/http/body.ts';
import { sendError } from '../../src/http/errors.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { KeepingMeter } from '../support/keeping-meter.ts';

describe('readJsonBody, without Express', () => {
  const LIMIT = 64;
  let server: Server;
  let url: string;

  before(async () => {
    const ports = { log: createLogger('silent'), meter: new KeepingMeter() };
    server = createServer((req, res) => {
      readJsonBody(req, LIMIT)
        .then((body) => res.end(JSON.stringify({ body: body ?? 'none' })))
        .catch((error: unknown) => sendError(res, error, ports));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  async function post(body: string | Uint8Array<ArrayBuffer> | null, headers: Record<string, string> = {}) {
    const all = { 'content-type': 'application/json', ...headers };
    const response = await fetch(url, { method: 'POST', body, headers: all });
    return [response.status, (await response.json()) as Record<string, unknown>] as const;
  }

  it('reads JSON up to its limit', async () => {
    assert.deepEqual(await post('{"a":1}'), [200, { body: { a: 1 } }]);
    const [status] = await post(JSON.stringify(['x'.repeat(LIMIT - 4)]));
    assert.equal(status, 200);
    const [over, body] = await post(JSON.stringify(['x'.repeat(LIMIT - 3)]));
    assert.equal(over, 413);
    assert.equal(body['code'], 'PAYLOAD_TOO_LARGE');
  });

  it('knows a request without a body', async () => {
    assert.deepEqual(await post(null), [200, { body: 'none' }]);
  });

  it('inflates nothing', async () => {
    const [status, body] = await post(new Uint8Array(gzipSync('{"a":1}')), { 'content-encoding': 'gzip' });
    assert.equal(status, 422);
    assert.equal(body['code'], 'INVALID_MESSAGE');
  });

  it('takes no other content type', async () => {
    const [status, body] = await post('{"a":1}', { 'content-type': 'text/json' });
    assert.equal(status, 422);
    assert.equal(body['code'], 'INVALID_MESSAGE');
  });

  it('makes no prototype of what it reads', async () => {
    await post('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });
});

describe('checked', () => {
  const schema = z.strictObject({ a: z.number(), b: z.strictObject({ c: z.string() }) });

  it('says where the payload is wrong, briefly, and not what it said', () => {
    assert.throws(
      () => checked(schema, { a: 'hunter2', b: { c: 1 } }),
      (error: { code: string; details: object }) => {
        assert.equal(error.code, 'INVALID_MESSAGE');
        assert.match(JSON.stringify(error.details), /"a: .*"b\.c: /);
        assert.doesNotMatch(JSON.stringify(error.details), /hunter2/);
        return true;
      },
    );
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, 1]));
    assert.throws(
      () => checked(schema, wide),
      (error: { details: object }) => JSON.stringify(error.details).length < 3000,
    );
  });
});
