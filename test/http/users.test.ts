import assert from 'node:assert/strict';
import { runSql } from '../support/postgres.ts';
import { type Answer, assertError, startHttp, type TestServer, tokenOf } from './http-server.ts';

const ODD = 'a/b?c%20 d~';

describe('/users', function () {
  this.timeout(60_000);
  let server: TestServer;

  before(async () => {
    server = await startHttp();
    for (const [id, foe, endedAt] of [
      ['h-1', 'gary', 1],
      ['h-2', 'misty', 3],
      ['h-3', 'gary', 3],
      ['h-4', 'brock', 2],
      ['h-5', 'gary', 5],
    ] as const)
      await server.record({
        id,
        users: ['ash', foe],
        format: format(id),
        endedAt: 1_700_000_000_000 + endedAt,
      });
    await server.users.see(ODD as never, 'Odd');
  });
  after(() => server.stop());

  function format(id: string): string {
    return id === 'h-4' ? 'gen9ou' : 'gen9randombattle';
  }

  const read = async (path: string): Promise<Answer['body']> => {
    const { body, status, text } = await server.call('GET', path);
    assert.equal(status, 200, text);
    return body;
  };
  const idsOf = ({ items }: Answer['body']) => items!.map(({ battleId }) => battleId);

  it('tells of a user what everybody may know', async () => {
    await runSql(
      server.database,
      `insert into achievements (user_id, kind, format, battle_id, at)
         values ('ash', 'ten_win_streak', 'gen9ou', 'h-4', '2026-01-02T00:00:00Z'),
                ('ash', 'first_win', 'gen9randombattle', 'h-1', '2026-01-01T00:00:00Z')
         on conflict (user_id, kind) do update set at = excluded.at, format = excluded.format,
           battle_id = excluded.battle_id`,
    );
    const { user, achievements, battles, ratings } = await read('/users/ash');
    const { createdAt, ...named } = user as { createdAt: number };
    assert.deepEqual(named, { id: 'ash', name: 'Ash' });
    assert(Math.abs(createdAt - Date.now()) < 60_000);
    assert.equal(battles, 5);
    const { body: me } = await server.call('GET', '/me', { token: tokenOf('ash', 'Ash') });
    assert.deepEqual(ratings, me['ratings']);
    assert.equal((ratings as unknown[]).length, 2);
    const day = Date.UTC(2026, 0, 1);
    assert.deepEqual(achievements, [
      { kind: 'first_win', points: 10, format: 'gen9randombattle', battleId: 'h-1', at: day },
      { kind: 'ten_win_streak', points: 50, format: 'gen9ou', battleId: 'h-4', at: day + 86_400_000 },
    ]);
  });

  it('takes any user id, encoded', async () => {
    const path = `/users/${encodeURIComponent(ODD)}`;
    assert.equal(((await read(path))['user'] as { id: string }).id, ODD);
    assert.deepEqual(await read(`${path}/battles`), { items: [], total: 0 });
  });

  it('tells a battle as each of its players saw it', async () => {
    await runSql(
      server.database,
      `update battle_players set
         before = '{"elo": 1000.4, "glicko": {"rating": 1500, "deviation": 130}}',
         after = '{"elo": 1025.5, "glicko": {"rating": 1571.2, "deviation": 120.4}}'
       where battle_id = 'h-5' and user_id = 'ash'`,
    );
    const shared = { battleId: 'h-5', format: 'gen9randombattle', turns: 7 };
    const times = { startedAt: 1_700_000_000_000, endedAt: 1_700_000_000_005 };
    const { items } = await read('/users/ash/battles?limit=1');
    const { ratingChange, ...won } = items![0]!;
    assert.deepEqual(won, {
      ...shared,
      opponent: { id: 'gary', name: 'Gary' },
      result: 'win',
      reason: 'win',
      ...times,
    });
    const { gxe, ...change } = ratingChange as { gxe: number };
    assert.deepEqual(change, { elo: [1000, 1026], glicko: { rating: 1571, deviation: 120 } });
    assert(gxe > 50 && gxe < 100);
    const ratings = (await read('/battles/h-5'))['ratings'] as Record<string, unknown>;
    assert.deepEqual(ratings['ash'], { format: 'gen9randombattle', ...(ratingChange as object) });

    const lost = (await read('/users/gary/battles?limit=1')).items![0]!;
    assert.deepEqual([lost['result'], lost['reason']], ['loss', 'loss']);
    assert.deepEqual(lost['opponent'], { id: 'ash', name: 'Ash' });
  });

  const ends = [
    ["winner = 'p2', reason = 'forfeit'", 'loss', 'forfeit'],
    ["winner = 'p1', reason = 'timeout'", 'win', 'opponent_timeout'],
    ["winner = null, reason = 'tie'", 'tie', 'tie'],
    ["winner = null, reason = 'void'", 'void', 'void'],
  ] as const;
  for (const [end, result, reason] of ends) {
    it(`tells of an end with ${end}`, async () => {
      await runSql(server.database, `update battles set ${end} where id = 'h-4'`);
      await runSql(
        server.database,
        `update battle_players set before = null, after = null where battle_id = 'h-4'`,
      );
      const { items } = await read('/users/ash/battles?format=gen9ou');
      const { result: shown, reason: said, ratingChange } = items![0]!;
      assert.deepEqual([shown, said, ratingChange], [result, reason, null]);
      assert.equal((await read('/battles/h-4'))['ratings'], undefined);
    });
  }

  it('pages by offset and by cursor, to the same battles', async () => {
    const all = ['h-5', 'h-3', 'h-2', 'h-4', 'h-1'];
    assert.deepEqual(idsOf(await read('/users/ash/battles')), all);
    const first = await read('/users/ash/battles?limit=2');
    assert.deepEqual([idsOf(first), first['total'], first['next']], [['h-5', 'h-3'], 5, 2]);
    assert.deepEqual(idsOf(await read('/users/ash/battles?limit=2&offset=2')), ['h-2', 'h-4']);
    const second = await read(`/users/ash/battles?limit=2&cursor=${first['cursor'] as string}`);
    assert.deepEqual(
      [idsOf(second), second['total'], second['next']],
      [['h-2', 'h-4'], undefined, undefined],
    );
    const third = await read(`/users/ash/battles?limit=2&cursor=${second['cursor'] as string}`);
    assert.deepEqual(idsOf(third), ['h-1']);
    assert.equal(third['cursor'], undefined);
    const whole = await read(`/users/ash/battles?limit=3&cursor=${first['cursor'] as string}`);
    assert.deepEqual([idsOf(whole), whole['cursor']], [['h-2', 'h-4', 'h-1'], undefined]);
    const ofFormat = '/users/ash/battles?format=gen9randombattle&limit=3';
    const formats = await read(ofFormat);
    assert.deepEqual(idsOf(formats), ['h-5', 'h-3', 'h-2']);
    assert.deepEqual(idsOf(await read(`${ofFormat}&cursor=${formats['cursor'] as string}`)), ['h-1']);
  });

  it('leaves nothing out by cursor when battles are added meanwhile', async () => {
    const first = await read('/users/gary/battles?limit=2');
    await server.record({ id: 'h-6', users: ['gary', 'misty'], endedAt: 1_700_000_000_009 });
    const second = await read(`/users/gary/battles?cursor=${first['cursor'] as string}`);
    assert.deepEqual([...idsOf(first), ...idsOf(second)], ['h-5', 'h-3', 'h-1']);
  });

  it('begins behind any place in time', async () => {
    const [end, start] = ['9999999999999-a', '0-a'];
    assert.equal(idsOf(await read(`/users/brock/battles?cursor=${end}`)).length, 1);
    assert.deepEqual(idsOf(await read(`/users/brock/battles?cursor=${start}`)), []);
  });

  const refused = [
    ['/users/nobody', 'NOT_FOUND'],
    ['/users/nobody/battles', 'NOT_FOUND'],
    ['/users/a%00b', 'NOT_FOUND'],
    ['/users/%C3%A4', 'NOT_FOUND'],
    [`/users/${'a'.repeat(129)}`, 'NOT_FOUND'],
    ['/users', 'NOT_FOUND'],
    ['/users/ash/battles?format=gen0', 'FORMAT_NOT_FOUND'],
    ['/users/ash/battles?cursor=x', 'INVALID_MESSAGE'],
    ['/users/ash/battles?cursor=99999999999999-a', 'INVALID_MESSAGE'],
    ['/users/ash/battles?limit=101', 'INVALID_MESSAGE'],
  ] as const;
  for (const [path, code] of refused) {
    it(`answers ${code} to ${path.slice(0, 60)}`, async () => {
      assertError(await server.call('GET', path), code);
    });
  }
});
