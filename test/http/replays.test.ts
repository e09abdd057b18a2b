import assert from 'node:assert/strict';
import type { UserId } from '../../src/battle/ids.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { basic, fakeAdmin } from './fake-admin.ts';
import { assertError, startHttp, type TestServer } from './http-server.ts';

const PASSWORD = 'a password of an operator';
const BASIC = { authorization: basic(`admin:${PASSWORD}`) };

describe('/replays', function () {
  this.timeout(60_000);
  let server: TestServer;

  before(async () => {
    const admin = fakeAdmin(PASSWORD);
    server = await startHttp({ admin });
    await server.record({ id: 'old', users: ['ash', 'gary'], endedAt: 1_700_000_001_000 });
    await server.record({ id: 'mid', users: ['ash', 'misty'], format: 'gen9ou', endedAt: 1_700_000_002_000 });
    await server.record({ id: 'new', users: ['misty', 'gary'], endedAt: 1_700_000_003_000 });
  });
  after(() => server.stop());

  const guest = () => server.guest();
  /** A battle of two guests. */
  async function played(id: string) {
    const [one, other] = [guest(), guest()];
    await server.record({ id, users: [one.user.id, other.user.id], endedAt: 1_600_000_000_000 });
    return { one, other };
  }
  const wish = (id: string, token: string, payload: unknown) =>
    server.call('PATCH', `/replays/${id}`, { token, payload });
  const ids = async (query: string) => {
    const { body, status, text } = await server.call('GET', `/replays${query}`);
    assert.equal(status, 200, text);
    return body.items?.map((item) => item['battleId']);
  };
  const KINDS = ['.log', '.json', ''] as const;

  it('gives the lines of the spectators', async () => {
    const { status, text, headers } = await server.call('GET', '/replays/old.log');
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.equal(text, '|start\n|move|p1a: Pikachu|Thunder|p2a: Eevee\n|win|Ash');
  });

  it("gives Showdown's fields and ours, without seed, teams and inputs", async () => {
    const { body, text } = await server.call('GET', '/replays/mid.json');
    const { ratings, ...plain } = body;
    assert.deepEqual(plain, {
      id: 'mid',
      format: '[Gen 9] OU',
      formatid: 'gen9ou',
      players: ['Ash', 'Gary'],
      log: '|start\n|move|p1a: Pikachu|Thunder|p2a: Eevee\n|win|Ash',
      uploadtime: 1_700_000_002,
      rating: 1000,
      private: 0,
      battleId: 'mid',
      sides: { p1: { id: 'ash', name: 'Ash', elo: 1000 }, p2: { id: 'misty', name: 'Gary', elo: 1066.5 } },
      winner: 'ash',
      winnerSide: 'p1',
      reason: 'win',
      turns: 7,
      rated: true,
      startedAt: 1_700_000_000_000,
      endedAt: 1_700_000_002_000,
      status: 'ended',
    });
    const change = (ratings as Record<string, { elo: unknown; format: unknown }>)['ash']!;
    assert.deepEqual([change.format, change.elo], ['gen9ou', [1000, 1040]]);
    assert.doesNotMatch(text, /\|\|\|static|sodium|print/);
  });

  describe('search', () => {
    it('finds by user, format and time, newest first', async () => {
      assert.deepEqual((await ids('?limit=3'))?.slice(0, 3), ['new', 'mid', 'old']);
      assert.deepEqual(await ids('?user=ash'), ['mid', 'old']);
      assert.deepEqual(await ids('?format=gen9ou'), ['mid']);
      assert.deepEqual(await ids('?user=misty&format=gen9ou'), ['mid']);
      assert.deepEqual(await ids('?user=as'), []);
      assert.deepEqual(await ids('?user=gary&before=1700000003000'), ['old']);
      assert.deepEqual(await ids('?after=1700000002000'), ['new', 'mid']);
      assert.deepEqual(await ids('?after=1700000002000&before=1700000003000'), ['mid']);
    });

    it('shows each replay once, page by page, also while others are added', async () => {
      const { one } = await played('same-1');
      const { id } = one.user;
      for (const more of ['same-2', 'same-3', 'same-4', 'same-5'])
        await server.record({ id: more, users: ['x', id], endedAt: 1_600_000_000_000 });
      const seen: unknown[] = [];
      let query: string | undefined = `?user=${id}&limit=2`;
      while (query !== undefined) {
        const { body } = await server.call('GET', `/replays${query}`);
        seen.push(...(body.items ?? []).map((item) => item['battleId']));
        const next = body['next'] as string | undefined;
        query = next && `?user=${id}&limit=2&cursor=${next}`;
        await server.record({ id: `later-${seen.length}`, users: ['x', id], endedAt: 1_600_000_009_000 });
      }
      assert.deepEqual(seen, ['same-5', 'same-4', 'same-3', 'same-2', 'same-1']);
    });

    const bad = ['cursor=x', 'cursor=', 'cursor=MS5h!', `cursor=${Buffer.from('1.a b').toString('base64url')}`, 'limit=0', 'limit=101', 'before=-1', 'after=x', 'before=1&before=2', 'user=%00', `user=${'x'.repeat(129)}`]; // prettier-ignore
    for (const query of bad) {
      it(`refuses ?${query.slice(0, 30)}`, async () => {
        assertError(await server.call('GET', `/replays?${query}`), 'INVALID_MESSAGE');
      });
    }

    it('refuses an unknown format', async () => {
      assertError(await server.call('GET', '/replays?format=nothing'), 'FORMAT_NOT_FOUND');
    });
  });

  describe('a private one', () => {
    it('is there for its players and for who has the key, and for nobody else', async () => {
      const { one, other } = await played('private');
      const made = await wish('private', one.token, { private: true });
      assert.equal(made.status, 200, made.text);
      const key = made.body['key'] as string;
      assert(Buffer.from(key, 'base64url').length >= 16);
      assert.deepEqual(made.body, { battleId: 'private', private: true, teamPublished: false, key });
      for (const kind of KINDS) {
        const path = `/replays/private${kind}`;
        assertError(await server.call('GET', path), 'BATTLE_NOT_FOUND');
        assertError(await server.call('GET', path, { token: guest().token }), 'BATTLE_NOT_FOUND');
        assertError(await server.call('GET', `${path}?key=${key.slice(1)}`), 'BATTLE_NOT_FOUND');
        assertError(await server.call('GET', `${path}?key=${key}&key=${key}`), 'BATTLE_NOT_FOUND');
        assert.equal((await server.call('GET', `${path}?key=${key}`)).status, 200);
        assert.equal((await server.call('GET', path, { token: other.token })).status, 200);
      }
      assert.deepEqual(await ids(`?user=${one.user.id}`), []);
      assert.equal((await server.call('GET', `/replays/private.json?key=${key}`)).body['private'], 1);
    });

    it('looks to strangers as if there had been no battle', async () => {
      const { one } = await played('hidden');
      await wish('hidden', one.token, { private: true });
      for (const token of [undefined, guest().token, 'no token']) {
        for (const kind of [...KINDS, '/input-log']) {
          const hidden = await server.call('GET', `/replays/hidden${kind}`, { token });
          const none = await server.call('GET', `/replays/none${kind}`, { token });
          const [{ requestId: _, ...told }, { requestId: __, ...unknown }] = [hidden.body, none.body];
          assert.deepEqual([hidden.status, told], [none.status, unknown]);
        }
      }
      assertError(await wish('hidden', guest().token, {}), 'BATTLE_NOT_FOUND');
    });

    it('stays so while one of the two wants it, under one key; after that the key is another one', async () => {
      const { one, other } = await played('both');
      const first = (await wish('both', one.token, { private: true })).body['key'];
      const second = await wish('both', other.token, { private: true });
      assert.equal(second.body['key'], first);
      const left = await wish('both', one.token, { private: false });
      assert.deepEqual([left.body['private'], left.body['key']], [false, first]);
      const open = await wish('both', other.token, { private: false });
      assert.deepEqual([open.body['private'], open.body['key']], [false, undefined]);
      assert.equal((await server.call('GET', '/replays/both.log')).status, 200);
      const again = (await wish('both', one.token, { private: true })).body['key'];
      assert.notEqual(again, first);
      assertError(await server.call('GET', `/replays/both.log?key=${String(first)}`), 'BATTLE_NOT_FOUND');
    });

    it('has one key when both ask at once', async () => {
      const { one, other } = await played('race');
      const answers = await Promise.all(
        [one, other].map(({ token }) => wish('race', token, { private: true })),
      );
      const [first, second] = answers.map(({ body }) => body['key']);
      assert(first !== undefined && first === second);
    });
  });

  describe('wishes', () => {
    it('are for its players alone', async () => {
      await played('wished');
      assertError(await server.call('PATCH', '/replays/wished', { payload: {} }), 'AUTH_FAILED');
      assertError(await wish('wished', guest().token, { private: true }), 'FORBIDDEN');
      assertError(await wish('none', guest().token, { private: true }), 'BATTLE_NOT_FOUND');
    });

    it('are checked, and an empty one only asks', async () => {
      const { one } = await played('checked');
      for (const payload of [{ private: 1 }, { key: 'x' }, [], 'x', { teamPublished: null }])
        assertError(await wish('checked', one.token, payload), 'INVALID_MESSAGE');
      assert.deepEqual((await wish('checked', one.token, {})).body, {
        battleId: 'checked',
        private: false,
        teamPublished: false,
      });
    });
  });

  describe('inputs', () => {
    const inputs = (id: string, options = {}) => server.call('GET', `/replays/${id}/input-log`, options);

    it('are for its players and the operator', async () => {
      const { one } = await played('inputs');
      assertError(await inputs('inputs'), 'AUTH_FAILED');
      assertError(await inputs('inputs', { token: guest().token }), 'FORBIDDEN');
      const { body, status } = await inputs('inputs', { token: one.token });
      assert.equal(status, 200);
      const { opening, inputs: entries } = body as unknown as {
        opening: { seed: string; sides: { userId: UserId; team: string }[] };
        inputs: unknown[];
      };
      assert.match(opening.seed, /^sodium,/);
      assert.deepEqual(
        opening.sides.map(({ team }) => team),
        ['Pikachu|||static|', 'Eevee|||runaway|'],
      );
      assert.equal(opening.sides[0]?.userId, one.user.id);
      assert(Array.isArray(entries));
      assert.deepEqual((await inputs('inputs', { headers: BASIC })).body, body);
      const guessed = { authorization: `Basic ${Buffer.from('admin:guess').toString('base64')}` };
      assertError(await inputs('inputs', { headers: guessed }), 'AUTH_FAILED');
      assertError(await inputs('none', { headers: BASIC }), 'BATTLE_NOT_FOUND');
    });

    it('are for everybody once both have published their teams', async () => {
      const { one, other } = await played('published');
      await wish('published', one.token, { teamPublished: true });
      assertError(await inputs('published'), 'AUTH_FAILED');
      await wish('published', other.token, { teamPublished: true });
      assert.equal((await inputs('published')).status, 200);
      const { body } = await wish('published', one.token, { teamPublished: false, private: true });
      assertError(await inputs('published'), 'BATTLE_NOT_FOUND');
      const key = `?key=${String(body['key'])}`;
      assertError(await server.call('GET', `/replays/published/input-log${key}`), 'AUTH_FAILED');
      await wish('published', one.token, { teamPublished: true });
      assert.equal((await server.call('GET', `/replays/published/input-log${key}`)).status, 200);
    });
  });

  const rows = ['/replays/none', '/replays/none.log', '/replays/__proto__.json', '/replays/a%00b.log', '/replays/a%2Fb.log', `/replays/${'a'.repeat(65)}.json`]; // prettier-ignore
  for (const path of rows) {
    it(`knows no ${path.slice(0, 40)}`, async () => {
      assertError(await server.call('GET', path), 'BATTLE_NOT_FOUND');
    });
  }

  it('has none of a battle being played', async () => {
    const [p1, p2] = ['a', 'b'].map((id) => ({ id: id as UserId, name: id, elo: 1000 })) as [never, never];
    const names = { battleId: 'now' as never, format: 'gen9ou' as never, players: { p1, p2 } };
    server.live.push({ ...names, turn: 1, startedAt: 1, spectators: 0 });
    assertError(await server.call('GET', '/replays/now.log'), 'BATTLE_NOT_FOUND');
  });

  describe('in haste', () => {
    it('limits requests for each address', async () => {
      const { burst } = LIMITS.replaysPerAddress;
      server.clock.at += 3_600_000;
      const answers = await Promise.all(
        Array.from({ length: burst + 1 }, () => server.call('GET', '/replays/none.log')),
      );
      assert.equal(answers.filter(({ status }) => status === 404).length, burst);
      assertError(
        answers.find(({ status }) => status !== 404)!,
        'RATE_LIMITED',
      );
    });
  });
});
