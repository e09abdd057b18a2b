import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { LIMITS } from '../../src/config/limits.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { OrmUserStore } from '../../src/persistence/database/user-store.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { assertError, startHttp, type TestServer } from './http-server.ts';

describe('the HTTP app', function () {
  this.timeout(60_000);
  let server: TestServer;
  before(async () => {
    server = await startHttp();
  });
  after(() => server.stop());

  describe('every error has one form', () => {
    const rows: readonly (readonly [string, string, string, object, ErrorCode])[] = [
      ['an unknown path', 'GET', '/nothing', {}, 'NOT_FOUND'],
      ['another method', 'PATCH', '/formats', {}, 'NOT_FOUND'],
      ['bad percent-encoding', 'GET', '/teams/%E0%A4%A', {}, 'INVALID_MESSAGE'],
      ['broken JSON', 'POST', '/auth/guest', { payload: '{"name":' }, 'INVALID_MESSAGE'],
      ['a bare value', 'POST', '/auth/guest', { payload: '"x"' }, 'INVALID_MESSAGE'],
      ['deep nesting', 'POST', '/auth/guest', { payload: '['.repeat(16_000) }, 'INVALID_MESSAGE'],
      [
        '17 KiB',
        'POST',
        '/auth/guest',
        { payload: `{"name":"${'x'.repeat(17 * 1024)}"}` },
        'PAYLOAD_TOO_LARGE',
      ],
      ['20 MB', 'POST', '/auth/guest', { payload: 'x'.repeat(20_000_000) }, 'PAYLOAD_TOO_LARGE'],
      [
        'a form',
        'POST',
        '/auth/guest',
        { payload: 'name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        'INVALID_MESSAGE',
      ],
      [
        'plain text',
        'POST',
        '/auth/guest',
        { payload: '{}', headers: { 'content-type': 'text/plain' } },
        'INVALID_MESSAGE',
      ],
      [
        'another charset',
        'POST',
        '/auth/guest',
        { payload: '{}', headers: { 'content-type': 'application/json; charset=latin1' } },
        'INVALID_MESSAGE',
      ],
      [
        'a compressed body',
        'POST',
        '/auth/guest',
        { payload: '{}', headers: { 'content-encoding': 'gzip' } },
        'INVALID_MESSAGE',
      ],
    ];
    for (const [name, method, path, options, code] of rows) {
      it(`for ${name}`, async () => {
        server.clock.at += 60_000;
        const { token } = server.guest();
        assertError(await server.call(method, path, { token, ...options }), code);
      });
    }

    it('for a body without an end in sight', async () => {
      const socket = connect(server.port, '127.0.0.1');
      socket.write(
        'POST /auth/guest HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
      );
      const chunk = `1000\r\n${'x'.repeat(4096)}\r\n`;
      socket.write(chunk.repeat(8) + '0\r\n\r\n');
      const [data] = (await once(socket, 'data')) as [Buffer];
      assert.match(data.toString(), /^HTTP\/1\.1 413 [^]*PAYLOAD_TOO_LARGE/);
      socket.destroy();
    });
  });

  it('answers REDIS_UNAVAILABLE while the database is away', async () => {
    const nowhere = await initOrm({ connection: { host: '/nonexistent', port: 1, database: 'x' } });
    const refusing = await initOrm({ connection: { clientUrl: 'postgresql://127.0.0.1:1/x' } });
    const stores = [new OrmUserStore(nowhere), new OrmUserStore(refusing)];
    const away = {
      see: () => Promise.reject(new StoreAway('away')),
      find: async () => null,
      profile: async () => null,
      erase: async () => {},
      forget: () => {},
    };
    for (const users of [...stores, away]) {
      const broken = await startHttp({ users });
      try {
        assertError(await broken.call('GET', '/me', { token: broken.guest().token }), 'REDIS_UNAVAILABLE');
      } finally {
        await broken.stop();
      }
    }
    await Promise.all([nowhere.close(), refusing.close()]);
  });

  it('tells nothing of an unexpected fault, and logs it under the id that it tells', async () => {
    const failing = await startHttp({
      queue: {
        placeOf: () => Promise.reject(Object.assign(new Error('wires crossed'), { team: 'Pikachu|' })),
      },
    });
    try {
      const { token, user } = failing.guest();
      const answer = await failing.call('GET', '/me', { token });
      assertError(answer, 'SERVER_ERROR');
      assert.doesNotMatch(answer.text, /wires|\.ts/);
      const requestId = String(answer.body['requestId']);
      assert.equal(answer.headers.get('x-request-id'), requestId);
      const text = failing.logLines.find((line) => line.includes('wires crossed')) ?? '{}';
      const line = JSON.parse(text) as Record<string, unknown>;
      assert.deepEqual([line['requestId'], line['userId'], line['url']], [requestId, user.id, '/me']);
      assert.doesNotMatch(text, /Pikachu/);
    } finally {
      await failing.stop();
    }
  });

  describe('headers', () => {
    it('name no software and forbid sniffing, framing and caching', async () => {
      const { headers } = await server.call('GET', '/formats');
      assert.equal(headers.get('x-powered-by'), null);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('x-frame-options'), 'SAMEORIGIN');
      assert.equal(headers.get('cache-control'), 'no-store');
    });

    it('let pages of the list call, also on errors, and nobody else', async () => {
      for (const path of ['/formats', '/nothing']) {
        const own = await server.call('GET', path, { headers: { origin: 'https://fans.example' } });
        assert.equal(own.headers.get('access-control-allow-origin'), 'https://fans.example');
        assert.equal(own.headers.get('access-control-allow-credentials'), null);
        const foreign = await server.call('GET', path, { headers: { origin: 'https://evil.example' } });
        assert.equal(foreign.headers.get('access-control-allow-origin'), null);
      }
    });

    it('answer preflights', async () => {
      const asked = { origin: 'https://fans.example', 'access-control-request-method': 'PUT' };
      const own = await server.call('OPTIONS', '/teams', { headers: asked });
      assert.equal(own.status, 204);
      assert.match(own.headers.get('access-control-allow-methods') ?? '', /PUT/);
      assert.match(own.headers.get('access-control-allow-headers') ?? '', /Authorization/);
      const foreign = await server.call('OPTIONS', '/teams', { headers: { origin: 'null' } });
      assert.equal(foreign.headers.get('access-control-allow-methods'), null);
    });
  });

  it('limits for each address what asks the database', async () => {
    const hasty = await startHttp();
    const paths = ['/battles', '/ladder/gen9ou', '/users/nobody'];
    const ask = (number: number) => hasty.call('GET', paths[number % paths.length]!);
    const { burst } = LIMITS.readsPerAddress;
    const answers = await Promise.all(Array.from({ length: burst }, (_, number) => ask(number)));
    assert(answers.every(({ status }) => status !== 429));
    for (const number of paths.keys()) assertError(await ask(number), 'RATE_LIMITED');
    assert.equal((await hasty.call('GET', '/formats')).status, 200);
    await hasty.stop();
  });

  it('has logged requests by now, and no token, query or body', async () => {
    const { token, user } = server.guest();
    await server.call('POST', `/teams/validate?_authToken=${token}`, {
      token,
      payload: { format: 'gen9ou', team: 'Pikachu @ Light Ball' },
    });
    const text = server.logLines.join('');
    assert.match(text, /"url":"\/teams\/validate"/);
    assert.match(text, new RegExp(`"userId":"${user.id}"`));
    assert.doesNotMatch(text, /eyJ|_authToken|Pikachu/);
  });
});
