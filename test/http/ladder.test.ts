import assert from 'node:assert/strict';
import { assertError, startHttp, type TestServer } from './http-server.ts';

const OU = 'gen9ou';

describe('ladders', function () {
  this.timeout(60_000);
  let server: TestServer;
  before(async () => {
    server = await startHttp();
    for (const [id, elo] of [['ann', 1200.4], ['bob', 1100], ['a/b ?#%', 1100], ['dan', 1000]] as const)
      await server.rate(OU, { id, name: id.toUpperCase() }, elo); // prettier-ignore
    await server.rate('gen1ou', { id: 'bob', name: 'BOB' }, 1500);
  });
  after(() => server.stop());

  const shown = { glicko: { rating: 1800, deviation: 40 }, gxe: 83, wins: 3, losses: 2, ties: 1 };
  const row = (rank: number, id: string, elo: number) => ({
    rank,
    user: { id, name: id.toUpperCase() },
    elo,
    ...shown,
  });
  const ROWS = [row(1, 'ann', 1200), row(2, 'bob', 1100), row(3, 'a/b ?#%', 1100), row(4, 'dan', 1000)];

  it('are lists, open to everybody', async () => {
    assert.deepEqual((await server.call('GET', `/ladder/${OU}`)).body, { items: ROWS, total: 4 });
    const { body } = await server.call('GET', `/ladder/${OU}?limit=2&offset=1`);
    assert.deepEqual(body, { items: ROWS.slice(1, 3), total: 4, next: 3 });
    assert.deepEqual((await server.call('GET', '/ladder/gen2ou')).body, { items: [], total: 0 });
  });

  it('tell where one user is', async () => {
    for (const expected of ROWS) {
      const path = `/ladder/${OU}/${encodeURIComponent(expected.user.id)}`;
      const { status, body } = await server.call('GET', path);
      assert.deepEqual([status, body], [200, expected]);
    }
  });

  const refused = [
    ['/ladder/gen9nosuch', 'FORMAT_NOT_FOUND'],
    ['/ladder/constructor', 'FORMAT_NOT_FOUND'],
    ['/ladder/gen9nosuch/ann', 'FORMAT_NOT_FOUND'],
    [`/ladder/${OU}/nobody`, 'NOT_FOUND'],
    ['/ladder/gen1ou/ann', 'NOT_FOUND'],
    [`/ladder/${OU}/%00`, 'NOT_FOUND'],
    [`/ladder/${OU}/${'x'.repeat(129)}`, 'NOT_FOUND'],
    ['/ladder', 'NOT_FOUND'],
    [`/ladder/${OU}?limit=101`, 'INVALID_MESSAGE'],
    [`/ladder/${OU}?offset=-1`, 'INVALID_MESSAGE'],
    [`/ladder/${OU}/%ff`, 'INVALID_MESSAGE'],
  ] as const;
  for (const [path, code] of refused)
    it(`answer ${path.slice(0, 60)} with ${code}`, async () => {
      assertError(await server.call('GET', path), code);
    });
});
