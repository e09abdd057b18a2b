import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import jwt from 'jsonwebtoken';
import type { BattleId, FormatId, UserId } from '../../src/battle/ids.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { runSql } from '../support/postgres.ts';
import { assertError, METRICS, NOW, SECRET, startHttp, type TestServer, tokenOf } from './http-server.ts';

const TEAM = `Garchomp @ Leftovers
Ability: Rough Skin
Tera Type: Steel
EVs: 252 Atk / 4 SpD / 252 Spe
Jolly Nature
- Earthquake
`;

describe('accounts', function () {
  this.timeout(60_000);
  let server: TestServer;
  before(async () => {
    server = await startHttp();
  });
  after(() => server.stop());

  describe('POST /auth/guest', () => {
    it('gives a token that is good for /me, and the row is made then', async () => {
      const made = await server.call('POST', '/auth/guest', { payload: { name: 'A|sh\u202e' } });
      assert.equal(made.status, 201);
      const { token, user } = made.body as { token: string; user: { id: UserId; name: string } };
      assert.equal(user.name, 'A sh');
      assert.equal(await server.users.find(user.id), null);
      const me = await server.call('GET', '/me', { token });
      assert.equal(me.status, 200);
      assert.deepEqual(me.body, { user, ratings: [] });
      assert.equal((await server.users.find(user.id))?.name, 'A sh');
    });

    it('needs no body', async () => {
      const { status, body } = await server.call('POST', '/auth/guest');
      assert.equal(status, 201);
      assert.match((body['user'] as { name: string }).name, /^Guest /);
    });

    const rows: readonly (readonly [string, unknown])[] = [
      ['a name that is a number', { name: 7 }],
      ['an unknown field', { id: 'admin' }],
      ['sub of its own', { sub: 'admin', name: 'x' }],
      ['a list', []],
      ['a name beyond all bounds', { name: 'x'.repeat(LIMITS.rawNameChars + 1) }],
    ];
    for (const [name, payload] of rows) {
      it(`refuses ${name}`, async () => {
        server.clock.at += 60_000;
        assertError(await server.call('POST', '/auth/guest', { payload }), 'INVALID_MESSAGE');
      });
    }

    it('is limited for each address, whatever the client says of its address', async () => {
      server.clock.at += 3_600_000;
      const headers = (number: number) => ({
        'x-forwarded-for': `9.9.9.${number}`,
        'x-real-ip': `9.9.9.${number}`,
      });
      for (let number = 0; number < LIMITS.guestTokens.burst; number += 1) {
        const { status } = await server.call('POST', '/auth/guest', { headers: headers(number) });
        assert.equal(status, 201);
      }
      assertError(await server.call('POST', '/auth/guest', { headers: headers(99) }), 'RATE_LIMITED');
      server.clock.at += 3_600_000;
    });

    it('is FORBIDDEN where there are no guests', async () => {
      const nobody = new BlockList();
      const config = {
        corsOrigins: [],
        guests: false,
        trustedProxies: nobody,
        exemptAddresses: nobody,
        metrics: METRICS,
      };
      const closed = await startHttp({ config });
      try {
        assertError(await closed.call('POST', '/auth/guest'), 'FORBIDDEN');
      } finally {
        await closed.stop();
      }
    });
  });

  describe('GET /me', () => {
    it('names the battle and the place in the queue', async () => {
      const { token, user } = server.guest('Ash');
      const players = { p1: { ...user, elo: 1000 }, p2: { ...user, id: 'gary' as UserId, elo: 1000 } };
      const names = { battleId: 'b1' as BattleId, format: 'gen9ou' as FormatId };
      server.live.push({ ...names, players, turn: 1, startedAt: NOW, spectators: 0 });
      const place = { format: 'gen9ou' as FormatId, position: 2, joinedAt: NOW };
      server.queued.set(user.id, place);
      const { body } = await server.call('GET', '/me', { token });
      assert.deepEqual(body, { user, battleId: 'b1', queue: place, ratings: [] });
    });
  });

  describe('GET /me of who has played', () => {
    it('names the ratings by format, rounded', async () => {
      const { token, user } = server.guest('Misty');
      await server.rate('gen9ou', user, 1200.4);
      await server.rate('gen1ou', user, 1000);
      const { body } = await server.call('GET', '/me', { token });
      const counts = { wins: 3, losses: 2, ties: 1, streak: 1 };
      const glicko = { rating: 1800, deviation: 40 };
      assert.deepEqual(body['ratings'], [
        { format: 'gen1ou', elo: 1000, glicko, gxe: 83, ...counts, peak: 1001 },
        { format: 'gen9ou', elo: 1200, glicko, gxe: 83, ...counts, peak: 1201 },
      ]);
    });
  });

  describe('DELETE /me', () => {
    it('removes the user, and the token is good for a new one', async () => {
      await server.record({ id: 'kept', users: ['leaver', 'gary'] });
      const token = tokenOf('leaver', 'Ash');
      server.queued.set('leaver' as UserId, { format: 'gen9ou' as FormatId, position: 1, joinedAt: NOW });
      const { status, text } = await server.call('DELETE', '/me', { token });
      assert.deepEqual([status, text], [204, '']);
      assertError(await server.call('GET', '/users/leaver'), 'NOT_FOUND');
      const { players } = (await server.call('GET', '/battles/kept')).body as { players: { p1: object } };
      assert.deepEqual(players.p1, { id: null, name: 'Deleted user', elo: 1000 });
      const { items } = (await server.call('GET', '/users/gary/battles')).body;
      assert.deepEqual(items![0]!['opponent'], { id: null, name: 'Deleted user' });
      const { body } = await server.call('GET', '/me', { token });
      assert.deepEqual(body, { user: { id: 'leaver', name: 'Ash' }, ratings: [] });
      assert.equal((await server.call('DELETE', '/me', { token })).status, 204);
    });

    it('is limited for each user', async () => {
      const leave = (name: string) => server.call('DELETE', '/me', { token: tokenOf(name) });
      for (let number = 0; number < LIMITS.deletionsPerUser.burst; number += 1)
        assert.equal((await leave('fickle')).status, 204);
      assertError(await leave('fickle'), 'RATE_LIMITED');
      assert.equal((await leave('firm')).status, 204);
    });

    it('is refused while a battle needs the user', async () => {
      await server.open({ id: 'running', users: ['player', 'gary'] });
      const answer = await server.call('DELETE', '/me', { token: tokenOf('player') });
      assertError(answer, 'ALREADY_IN_BATTLE');
      assert.deepEqual(answer.body['details'], { battleId: 'running' });
      assert.notEqual(await server.users.find('player' as UserId), null);
    });

    it('does not stop one from making a team where another process has deleted the user', async () => {
      const token = tokenOf('stale');
      await server.call('GET', '/me', { token });
      await runSql(server.database, `delete from users where id = 'stale'`);
      const payload = { name: 'A', format: 'gen9ou', team: TEAM };
      const { status, text } = await server.call('POST', '/teams', { token, payload });
      assert.equal(status, 201, text);
      assert.notEqual(await server.users.find('stale' as UserId), null);
    });
  });

  describe('what needs a token', () => {
    const routes = [
      ['GET', '/me'],
      ['DELETE', '/me'],
      ['GET', '/teams'],
      ['POST', '/teams'],
      ['POST', '/teams/validate'],
      ['GET', '/teams/00000000-0000-4000-8000-000000000000'],
      ['PUT', '/teams/00000000-0000-4000-8000-000000000000'],
      ['DELETE', '/teams/00000000-0000-4000-8000-000000000000'],
      ['GET', '/teams/00000000-0000-4000-8000-000000000000/export'],
      ['POST', '/battles/b1/seat'],
    ] as const;
    const exp = NOW / 1000 + 100_000;
    const bad: Record<string, string | undefined> = {
      none: undefined,
      garbage: 'abc',
      expired: jwt.sign({ sub: 'ash', exp: 1 }, SECRET),
      'another key': jwt.sign({ sub: 'ash', exp }, `${SECRET}x`),
      unsigned: jwt.sign({ sub: 'ash', exp }, '', { algorithm: 'none' }),
    };
    for (const [method, path] of routes) {
      it(`${method} ${path} answers AUTH_FAILED without a good one`, async () => {
        for (const [name, token] of Object.entries(bad)) {
          const answer = await server.call(method, path, { token });
          assertError(answer, 'AUTH_FAILED');
          assert.equal(answer.headers.get('www-authenticate'), 'Bearer', name);
        }
      });
    }

    it('does not take it from the query or under another scheme', async () => {
      const { token } = server.guest();
      assertError(await server.call('GET', `/me?_authToken=${token}&token=${token}`), 'AUTH_FAILED');
      const headers = { authorization: `Basic ${token}` };
      assertError(await server.call('GET', '/me', { headers }), 'AUTH_FAILED');
    });
  });
});
