import assert from 'node:assert/strict';
import type { BattleId, FormatId, SideId, UserId } from '../../src/battle/ids.ts';
import { LIMITS } from '../../src/config/limits.ts';
import type { Admin } from '../../src/http/ports.ts';
import type { ConnectionEvent } from '../../src/persistence/database/stores.ts';
import { assertError, startHttp, type TestServer } from './http-server.ts';

const PASSWORD = 'pässwort:with a colon';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const GOOD = { authorization: basic(`admin:${PASSWORD}`) };

const players = [
  { side: 'p1' as SideId, userId: 'ash' as UserId },
  { side: 'p2' as SideId, userId: 'gary' as UserId },
];
const process = { host: '10.0.0.7', port: 2567, engine: 'engine-1' };
const battle = {
  battleId: 'b1' as BattleId,
  state: 'living' as const,
  format: 'gen9ou' as FormatId,
  players,
  engine: 'engine-1',
  epoch: 3,
  crashes: 1,
  owner: { id: 'p-1', process },
  listing: { processId: 'p-1', clients: 2 },
};
const event: ConnectionEvent = {
  battleId: battle.battleId,
  kind: 'dropped',
  at: 1_800_000_000_000,
  processId: 'p-1',
  userId: 'ash' as UserId,
  side: 'p1',
  afterMs: null,
  code: 1006,
};

/** What was asked of it is in `asked`. */
function fakeAdmin(asked: unknown[][]): Admin {
  return {
    password: PASSWORD,
    stats: async () => ({ rooms: 2 }),
    cleanUp: async (isDryRun) => {
      asked.push(['cleanUp', isDryRun]);
      return { tickets: 3, battles: 0 };
    },
    user: async (userId) => {
      asked.push(['user', userId]);
      if (userId === 'nobody') return null;
      return { userId, name: 'Ash', battleId: battle.battleId, processId: 'p-1', queue: null };
    },
    battle: async (id) => (id === 'b1' ? battle : null),
    events: async (id, limit) => {
      asked.push(['events', id, limit]);
      return [event];
    },
  };
}

describe('admin routes', function () {
  this.timeout(60_000);
  const asked: unknown[][] = [];
  let server: TestServer;
  before(async () => {
    server = await startHttp({ admin: fakeAdmin(asked) });
  });
  after(() => server.stop());
  beforeEach(() => {
    server.clock.at += 3_600_000;
    asked.length = 0;
  });

  const ROUTES = [
    ['GET', '/health/stats'],
    ['POST', '/health/cleanup'],
    ['GET', '/admin/users/ash'],
    ['GET', '/admin/battles/b1'],
    ['GET', '/admin/battles/b1/events'],
  ] as const;

  for (const [method, path] of ROUTES) {
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
        const answer = await server.call(method, path, { headers: wrong });
        assertError(answer, 'AUTH_FAILED');
        assert.equal(answer.headers.get('www-authenticate'), 'Basic realm="Endure", charset="UTF-8"');
      }
      assert.deepEqual(asked, []);
      assert.equal((await server.call(method, path, { headers: GOOD })).status, 200);
    });

    it(`${method} ${path} is not there without a password of the operator's`, async () => {
      const closed = await startHttp();
      try {
        for (const headers of [{}, GOOD])
          assertError(await closed.call(method, path, { headers }), 'NOT_FOUND');
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
    assert.deepEqual(body, { userId: id, name: 'Ash', battleId: 'b1', processId: 'p-1', queue: null });
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
});
