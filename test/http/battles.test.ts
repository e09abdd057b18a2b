import assert from 'node:assert/strict';
import type { BattleId, FormatId, UserId } from '../../src/battle/ids.ts';
import { LIMITS } from '../../src/config/limits.ts';
import type { LiveBattle } from '../../src/http/ports.ts';
import { startHttp, type TestServer } from './http-server.ts';

function playing(id: string, users: readonly [string, string], format = 'gen9ou'): LiveBattle {
  const [p1, p2] = users.map((user) => ({ id: user as UserId, name: user, elo: 1000 })) as [never, never];
  const names = { battleId: id as BattleId, format: format as FormatId };
  return { ...names, players: { p1, p2 }, turn: 3, startedAt: 1_700_000_000_000, spectators: 2 };
}

describe('/battles', function () {
  this.timeout(60_000);
  let server: TestServer;

  before(async () => {
    server = await startHttp();
    await server.record({ id: 'old', users: ['ash', 'gary'], endedAt: 1_700_000_001_000 });
    await server.record({ id: 'mid', users: ['ash', 'misty'], format: 'gen9ou', endedAt: 1_700_000_002_000 });
    await server.record({ id: 'new', users: ['misty', 'gary'], endedAt: 1_700_000_003_000 });
    server.live.push(
      playing('now-1', ['ash', 'gary']),
      playing('now-2', ['brock', 'misty'], 'gen1randombattle'),
    );
  });
  after(() => server.stop());

  const ids = async (path: string) => {
    const { body, status, text } = await server.call('GET', path);
    assert.equal(status, 200, text);
    return body.items?.map((item) => item['battleId']);
  };

  it('lists finished battles, newest first, by user and format, page by page', async () => {
    assert.deepEqual(await ids('/battles'), ['new', 'mid', 'old']);
    assert.deepEqual(await ids('/battles?user=ash'), ['mid', 'old']);
    assert.deepEqual(await ids('/battles?format=gen9ou'), ['mid']);
    assert.deepEqual(await ids('/battles?user=misty&format=gen9ou'), ['mid']);
    assert.deepEqual(await ids('/battles?user=nobody'), []);
    const first = (await server.call('GET', '/battles?limit=2')).body;
    assert.equal(first['total'], 3);
    assert.equal(first['next'], 2);
    const second = (await server.call('GET', '/battles?limit=2&offset=2')).body;
    assert.deepEqual(
      second.items?.map((item) => item['battleId']),
      ['old'],
    );
    assert.equal(second['next'], undefined);
  });

  it('shows a finished battle without seed, teams and inputs', async () => {
    const { body, text } = await server.call('GET', '/battles/mid');
    assert.deepEqual(body, {
      battleId: 'mid',
      format: 'gen9ou',
      players: { p1: { id: 'ash', name: 'Ash', elo: 1000 }, p2: { id: 'misty', name: 'Gary', elo: 1066.5 } },
      winner: 'ash',
      winnerSide: 'p1',
      reason: 'win',
      turns: 7,
      rated: true,
      ratings: {
        ash: {
          format: 'gen9ou',
          elo: [1000, 1040],
          glicko: { rating: 1540, deviation: 123 },
          gxe: 55,
        },
        misty: {
          format: 'gen9ou',
          elo: [1000, 1000],
          glicko: { rating: 1460, deviation: 123 },
          gxe: 45,
        },
      },
      startedAt: 1_700_000_000_000,
      endedAt: 1_700_000_002_000,
      status: 'ended',
    });
    assert.doesNotMatch(text, /Pikachu|sodium/);
  });

  it('shows battles being played', async () => {
    assert.deepEqual(await ids('/battles/live'), ['now-1', 'now-2']);
    assert.deepEqual(await ids('/battles/live?format=gen1randombattle'), ['now-2']);
    assert.deepEqual(await ids('/battles/live?limit=1&offset=1'), ['now-2']);
    const { body } = await server.call('GET', '/battles/now-1');
    assert.deepEqual(body, { ...server.live[0], status: 'live' });
  });

  it('gives a seat to who has a token', async () => {
    const { token, user } = server.guest();
    const { status, body } = await server.call('POST', '/battles/now-1/seat', { token });
    assert.equal(status, 200);
    assert.deepEqual(body, {
      seat: { sessionId: 'session', roomId: 'now-1', for: user.id },
    });
    const refused = await server.call('POST', '/battles/now-1/seat');
    assert.equal(refused.status, 401);
    assert.equal(refused.body['code'], 'AUTH_FAILED');
  });

  it('tells how a battle ended to who comes too late', async () => {
    const { body, status } = await server.call('POST', '/battles/old/seat', { token: server.guest().token });
    assert.equal(status, 409);
    assert.equal(body['code'], 'BATTLE_ENDED');
    assert.equal(body['recoverable'], false);
    assert.deepEqual(body['details'], { winner: 'ash', reason: 'win' });
    const { token, user } = server.guest();
    await server.record({ id: 'lost', users: ['ash', user.id] });
    const lost = await server.call('POST', '/battles/lost/seat', { token });
    assert.deepEqual(lost.body['details'], { winner: 'ash', reason: 'loss' });
  });

  it('limits seats for each user', async () => {
    const { token } = server.guest();
    const seat = (as: string) => server.call('POST', '/battles/now-1/seat', { token: as });
    for (let number = 0; number < LIMITS.seatsPerUser.burst; number += 1) {
      assert.equal((await seat(token)).status, 200);
    }
    const { body, status } = await seat(token);
    assert.equal(status, 429);
    assert.deepEqual(body['details'], { retryAfterMs: 1000 });
    assert.equal((await seat(server.guest().token)).status, 200);
  });

  const rows: readonly (readonly [string, string, number, string])[] = [
    ['GET', '/battles/unknown', 404, 'BATTLE_NOT_FOUND'],
    ['GET', '/battles/__proto__', 404, 'BATTLE_NOT_FOUND'],
    ['GET', '/battles/a%00b', 404, 'BATTLE_NOT_FOUND'],
    ['GET', `/battles/${'a'.repeat(65)}`, 404, 'BATTLE_NOT_FOUND'],
    ['GET', '/battles/%zz', 422, 'INVALID_MESSAGE'],
    ['POST', '/battles/unknown/seat', 404, 'BATTLE_NOT_FOUND'],
    ['POST', '/battles/a%2Fb/seat', 404, 'BATTLE_NOT_FOUND'],
    ['POST', '/battles/now-1', 404, 'NOT_FOUND'],
    ['GET', '/battles?limit=101', 422, 'INVALID_MESSAGE'],
    ['GET', '/battles?limit=0', 422, 'INVALID_MESSAGE'],
    ['GET', '/battles?limit=-1', 422, 'INVALID_MESSAGE'],
    ['GET', '/battles?limit=1e1', 422, 'INVALID_MESSAGE'],
    ['GET', '/battles?limit=1&limit=2', 422, 'INVALID_MESSAGE'],
    ['GET', '/battles?offset=10001', 422, 'INVALID_MESSAGE'],
    ['GET', '/battles?user=%00', 422, 'INVALID_MESSAGE'],
    ['GET', `/battles?user=${'x'.repeat(129)}`, 422, 'INVALID_MESSAGE'],
    ['GET', '/battles?format=nothing', 404, 'FORMAT_NOT_FOUND'],
    ['GET', '/battles?format[$ne]=x&user[]=x&limit=x', 422, 'INVALID_MESSAGE'],
    ['GET', '/battles/live?format=nothing', 404, 'FORMAT_NOT_FOUND'],
    ['GET', `/battles/live?format=${'x'.repeat(65)}`, 422, 'INVALID_MESSAGE'],
  ];
  for (const [method, path, status, code] of rows) {
    it(`answers ${method} ${path.slice(0, 60)} with ${code}`, async () => {
      const token = method === 'POST' ? server.guest().token : undefined;
      const answer = await server.call(method, path, { token });
      assert.equal(answer.body['code'], code, answer.text);
      assert.equal(answer.status, status);
    });
  }

  it('asks nobody for an id that no battle can have', async () => {
    const asked: string[] = [];
    const get = async (id: string) => {
      asked.push(id);
      return null;
    };
    const spied = await startHttp({
      live: {
        get,
        list: async () => [],
        battleOf: async () => null,
        seat: () => Promise.reject(new Error()),
      },
    });
    try {
      for (const id of ['a%00b', 'a|b', 'a'.repeat(65), 'a'.repeat(64)])
        await spied.call('GET', `/battles/${id}`);
      assert.deepEqual(asked, ['a'.repeat(64)]);
    } finally {
      await spied.stop();
    }
  });

  it('gives a page of exactly 100', async () => {
    assert.equal((await server.call('GET', '/battles?limit=100')).status, 200);
  });
});
