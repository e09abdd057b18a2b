import assert from 'node:assert/strict';
import { LIMITS } from '../../src/config/limits.ts';
import {
  aside,
  answering,
  battle,
  event,
  GOOD,
  info,
  online,
  PASSWORD,
  queue,
  row,
} from './admin-answers.ts';
import { basic } from './fake-admin.ts';
import { assertError, startHttp, type TestServer } from './http-server.ts';

describe('admin routes', function () {
  this.timeout(60_000);
  const asked: unknown[][] = [];
  let server: TestServer;
  before(async () => {
    server = await startHttp({ admin: answering(asked) });
  });
  after(() => server.stop());
  beforeEach(() => {
    server.clock.at += 3_600_000;
    asked.length = 0;
  });

  const ROUTES = [
    ['GET', '/health/stats'],
    ['POST', '/health/cleanup'],
    ['GET', '/admin/processes'],
    ['GET', '/admin/users'],
    ['GET', '/admin/users/ash'],
    ['GET', '/admin/queues'],
    ['GET', '/admin/battles'],
    ['GET', '/admin/battles/b1'],
    ['GET', '/admin/battles/b1/events'],
    ['GET', '/admin/outbox'],
    ['POST', '/admin/battles/b1/end', { to: 'void', note: 'why' }],
    ['POST', '/admin/processes/p-1/drain'],
    ['POST', '/admin/outbox/b9/retry'],
    ['POST', '/admin/outbox/retry'],
  ] as const;

  for (const [method, path, payload] of ROUTES) {
    it(`${method} ${path} is for the operator alone`, async () => {
      const headers: Record<string, string>[] = [
        {},
        { authorization: basic(`admin:${PASSWORD}x`) },
        { authorization: basic(`admin:`) },
        { authorization: basic(`root:${PASSWORD}`) },
        { authorization: basic(PASSWORD) },
        { authorization: 'Basic' },
        { authorization: `Basic \u00ff` },
        { authorization: `Bearer ${server.guest().token}` },
        { authorization: `Bearer ${GOOD.authorization.slice(6)}` },
      ];
      for (const wrong of headers) {
        const answer = await server.call(method, path, { headers: wrong, payload });
        assertError(answer, 'AUTH_FAILED');
        assert.equal(answer.headers.get('www-authenticate'), 'Basic realm="Endure", charset="UTF-8"');
      }
      assert.deepEqual(asked, []);
      const { status } = await server.call(method, path, { headers: GOOD, payload });
      assert.equal(status, method === 'POST' && /drain|retry/.test(path) ? 202 : 200);
    });

    it(`${method} ${path} is not there without a password of the operator's`, async () => {
      const closed = await startHttp();
      try {
        for (const headers of [{}, GOOD])
          assertError(await closed.call(method, path, { headers, payload }), 'NOT_FOUND');
      } finally {
        await closed.stop();
      }
    });
  }

  it('is not called by a page of somebody else, whose browser knows the password', async () => {
    const foreign = { ...GOOD, origin: 'https://evil.example' };
    assertError(await server.call('POST', '/health/cleanup', { headers: foreign }), 'FORBIDDEN');
    assert.deepEqual(asked, []);
    for (const origin of ['https://fans.example', server.url]) {
      const own = await server.call('POST', '/health/cleanup', { headers: { ...GOOD, origin } });
      assert.equal(own.status, 200);
    }
  });

  it('limits tries by address, good ones too', async () => {
    const call = (headers: Record<string, string>) => server.call('GET', '/health/stats', { headers });
    for (let number = 0; number < LIMITS.adminPerAddress.burst; number += 1)
      assert.equal((await call({ 'x-forwarded-for': `9.9.9.${number}` })).status, 401);
    const { body, status, headers } = await call(GOOD);
    assert.equal(status, 429);
    assert.equal(body['code'], 'RATE_LIMITED');
    assert.equal(headers.get('retry-after'), '1');
  });

  it('GET /health/stats gives the figures', async () => {
    const { body } = await server.call('GET', '/health/stats', { headers: GOOD });
    assert.deepEqual(body, { rooms: 2 });
  });

  for (const [query, isDryRun] of [
    ['', false],
    ['?dryRun=0', false],
    ['?dryRun=false', false],
    ['?dryRun=1', true],
    ['?dryRun=true', true],
    ['?dryRun', true],
  ] as const) {
    it(`POST /health/cleanup${query} ${isDryRun ? 'only counts' : 'removes'}`, async () => {
      const { body } = await server.call('POST', `/health/cleanup${query}`, { headers: GOOD });
      assert.deepEqual(body, { dryRun: isDryRun, removed: { tickets: 3, battles: 0 } });
      assert.deepEqual(asked, [['cleanUp', isDryRun]]);
    });
  }

  it('removes nothing where it was not asked in so many words', async () => {
    for (const query of ['?dryRun=yes', '?dryrun=1', '?dryRun=1&dryRun=0'])
      assertError(await server.call('POST', `/health/cleanup${query}`, { headers: GOOD }), 'INVALID_MESSAGE');
    assertError(await server.call('GET', '/health/cleanup', { headers: GOOD }), 'NOT_FOUND');
    assert.deepEqual(asked, []);
  });

  it('GET /admin/users/:id tells where a user is', async () => {
    const id = 'auth0|a/b c';
    const path = `/admin/users/${encodeURIComponent(id)}`;
    const { body } = await server.call('GET', path, { headers: GOOD });
    const place = { battleId: 'b1', processId: 'p-1', queue: null, connections: online[0]!.connections };
    assert.deepEqual(body, { userId: id, name: 'Ash', ...place });
    for (const unknown of ['nobody', '%00', 'x'.repeat(129), '%C3%A9'])
      assertError(await server.call('GET', `/admin/users/${unknown}`, { headers: GOOD }), 'NOT_FOUND');
    assert.deepEqual(asked, [
      ['user', id],
      ['user', 'nobody'],
    ]);
  });

  it('GET /admin/battles/:id tells where a battle is', async () => {
    const { body } = await server.call('GET', '/admin/battles/b1', { headers: GOOD });
    assert.deepEqual(body, battle);
    for (const unknown of ['b2', 'a%00b', 'a%2Fb'])
      assertError(
        await server.call('GET', `/admin/battles/${unknown}`, { headers: GOOD }),
        'BATTLE_NOT_FOUND',
      );
  });

  it('GET /admin/battles/:id/events lists up to 100 of them', async () => {
    const { body } = await server.call('GET', '/admin/battles/b1/events?limit=100', { headers: GOOD });
    assert.deepEqual(body, { items: [event], total: 1 });
    await server.call('GET', '/admin/battles/b1/events', { headers: GOOD });
    assert.deepEqual(asked, [
      ['events', 'b1', 100],
      ['events', 'b1', LIMITS.listRowsDefault],
    ]);
    for (const query of ['?limit=101', '?limit=0', '?limit=x', '?offset=1'])
      assertError(
        await server.call('GET', `/admin/battles/b1/events${query}`, { headers: GOOD }),
        'INVALID_MESSAGE',
      );
  });

  it('GET /admin/users lists who is connected, by pages, and who did not answer', async () => {
    const { body } = await server.call('GET', '/admin/users?limit=2', { headers: GOOD });
    assert.deepEqual(body, { items: online.slice(0, 2), total: 3, next: 2, silent: ['p-2'] });
    const { body: rest } = await server.call('GET', '/admin/users?limit=2&offset=2', { headers: GOOD });
    assert.deepEqual(rest, { items: online.slice(2), total: 3, silent: ['p-2'] });
  });

  it('GET /admin/battles lists by process and format, by pages', async () => {
    const query = '?process=p-1&format=gen9ou&limit=1&offset=1';
    const { body } = await server.call('GET', `/admin/battles${query}`, { headers: GOOD });
    assert.deepEqual(body, { items: [row], total: 3, next: 2 });
    await server.call('GET', '/admin/battles', { headers: GOOD });
    assert.deepEqual(asked, [
      ['battles', { processId: 'p-1', format: 'gen9ou', limit: 1, offset: 1 }],
      ['battles', { limit: LIMITS.listRowsDefault, offset: 0 }],
    ]);
    for (const wrong of ['?process=a%20b', '?limit=101', '?user=ash'])
      assertError(await server.call('GET', `/admin/battles${wrong}`, { headers: GOOD }), 'INVALID_MESSAGE');
  });

  it('tell of processes, queues and battles that cannot be recorded', async () => {
    const get = async (path: string) => (await server.call('GET', path, { headers: GOOD })).body;
    assert.deepEqual(await get('/admin/processes'), { items: [info], asked: 'p-1' });
    assert.deepEqual(await get('/admin/queues'), { items: [queue], total: 1 });
    assert.deepEqual(await get('/admin/outbox'), { waiting: 1, aside: 1, oldestMs: 5, items: [aside] });
  });
});
