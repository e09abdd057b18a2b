import assert from 'node:assert/strict';
import { LIMITS } from '../../src/config/limits.ts';
import { startHttp, type TestServer } from './http-server.ts';

const GARCHOMP = `Garchomp @ Leftovers
Ability: Rough Skin
Tera Type: Steel
EVs: 252 Atk / 4 SpD / 252 Spe
Jolly Nature
- Earthquake
- Dragon Claw
- Swords Dance
- Stealth Rock
`;
const SETS = [
  {
    species: 'Garchomp',
    item: 'Leftovers',
    ability: 'Rough Skin',
    teraType: 'Steel',
    evs: { hp: 0, atk: 252, def: 0, spa: 0, spd: 4, spe: 252 },
    nature: 'Jolly',
    moves: ['Earthquake', 'Dragon Claw', 'Swords Dance', 'Stealth Rock'],
  },
];

describe('/teams', function () {
  this.timeout(60_000);
  let server: TestServer;
  let token: string;

  before(async () => {
    server = await startHttp();
  });
  after(() => server.stop());
  beforeEach(() => {
    token = server.guest().token;
  });

  const post = (payload: unknown, as = token) => server.call('POST', '/teams', { token: as, payload });
  const ok = (more: object = {}) => ({ name: 'Mine', format: 'gen9ou', team: GARCHOMP, ...more });

  it('keeps a team from export text, packed text and JSON sets alike', async () => {
    const fromText = await post(ok());
    assert.equal(fromText.status, 201, fromText.text);
    const { id, packed } = fromText.body as { id: string; packed: string };
    assert.match(packed, /^Garchomp\|/);
    assert.equal(fromText.body['name'], 'Mine');
    assert.equal(fromText.body['format'], 'gen9ou');
    for (const team of [packed, SETS]) {
      const { status, body, text } = await post(ok({ team }));
      assert.equal(status, 201, text);
      assert.equal(body['packed'], packed);
    }
    const { body } = await server.call('GET', '/teams', { token });
    assert.equal(body['total'], 3);
    assert.equal(body.items?.[0]?.['id'], id);
    assert.deepEqual((await server.call('GET', `/teams/${id}`, { token })).body, fromText.body);
  });

  it('gives export text that can be imported again', async () => {
    const { body } = await post(ok());
    const exported = await server.call('GET', `/teams/${String(body['id'])}/export`, { token });
    assert.equal(exported.status, 200);
    assert.match(exported.headers.get('content-type') ?? '', /^text\/plain/);
    assert.match(exported.text, /^Garchomp @ Leftovers/);
    const again = await post(ok({ team: exported.text }));
    assert.equal(again.body['packed'], body['packed']);
  });

  it('changes and deletes', async () => {
    const { body } = await post(ok());
    const path = `/teams/${String(body['id'])}`;
    const changed = await server.call('PUT', path, { token, payload: ok({ name: 'Ours' }) });
    assert.equal(changed.status, 200);
    assert.equal(changed.body['name'], 'Ours');
    const deleted = await server.call('DELETE', path, { token });
    assert.equal(deleted.status, 204);
    assert.equal((await server.call('GET', path, { token })).body['code'], 'TEAM_NOT_FOUND');
    assert.equal((await server.call('DELETE', path, { token })).body['code'], 'TEAM_NOT_FOUND');
  });

  it('tells what is wrong with a team, and keeps nothing of it', async () => {
    const illegal = GARCHOMP.replace('Stealth Rock', 'Spore');
    const { status, body } = await post(ok({ team: illegal }));
    assert.equal(status, 422);
    assert.equal(body['code'], 'INVALID_TEAM');
    assert.equal(body['recoverable'], true);
    const { problems } = body['details'] as { problems: string[] };
    assert(problems.some((problem) => problem.includes('Spore')));
    assert.equal((await server.call('GET', '/teams', { token })).body['total'], 0);
  });

  it('validates without keeping', async () => {
    const validate = (payload: object) => server.call('POST', '/teams/validate', { token, payload });
    const good = await validate({ format: 'gen9ou', team: GARCHOMP });
    assert.equal(good.status, 200);
    assert.equal(good.body['valid'], true);
    assert.deepEqual(good.body['problems'], []);
    assert.match(String(good.body['packed']), /^Garchomp\|/);
    const bad = await validate({ format: 'gen9ou', team: GARCHOMP.replace('Garchomp', 'Missingno') });
    assert.equal(bad.status, 200);
    assert.equal(bad.body['valid'], false);
    assert.equal(bad.body['packed'], undefined);
    const random = await validate({ format: 'gen9randombattle', team: GARCHOMP });
    assert.equal(random.body['valid'], false);
    assert.equal((await server.call('GET', '/teams', { token })).body['total'], 0);
  });

  it("does not know another user's team", async () => {
    const { body } = await post(ok());
    const path = `/teams/${String(body['id'])}`;
    const { token: other } = server.guest();
    for (const [method, where, payload] of [
      ['GET', path, undefined],
      ['PUT', path, ok()],
      ['DELETE', path, undefined],
      ['GET', `${path}/export`, undefined],
    ] as const) {
      const answer = await server.call(method, where, { token: other, payload });
      assert.equal(answer.status, 404, `${method} ${where}`);
      assert.equal(answer.body['code'], 'TEAM_NOT_FOUND');
    }
    assert.equal((await server.call('GET', '/teams', { token: other })).body['total'], 0);
    assert.deepEqual((await server.call('GET', path, { token })).body, body);
  });

  const rows: readonly (readonly [string, unknown, number, string])[] = [
    ['no body', undefined, 422, 'INVALID_MESSAGE'],
    ['nothing in it', {}, 422, 'INVALID_MESSAGE'],
    ['no team', { name: 'x', format: 'gen9ou' }, 422, 'INVALID_MESSAGE'],
    ['an unknown field', ok({ owner: 'somebody' }), 422, 'INVALID_MESSAGE'],
    ['a prototype key', `{"__proto__":{"a":1},${JSON.stringify(ok()).slice(1)}`, 422, 'INVALID_MESSAGE'],
    ['a team that is a number', ok({ team: 7 }), 422, 'INVALID_MESSAGE'],
    ['a team that is an object', ok({ team: { length: 6 } }), 422, 'INVALID_MESSAGE'],
    ['an empty team', ok({ team: '' }), 422, 'INVALID_MESSAGE'],
    ['an empty list of sets', ok({ team: [] }), 422, 'INVALID_TEAM'],
    ['sets that are none', ok({ team: [null, 7, 'x', [], { species: {} }] }), 422, 'INVALID_TEAM'],
    [
      'sets with a prototype key',
      ok({ team: [JSON.parse('{"__proto__":{}, "species":"Garchomp"}')] }),
      422,
      'INVALID_TEAM',
    ],
    ['a stream command', ok({ team: `${GARCHOMP}\n>eval process.exit()` }), 422, 'INVALID_TEAM'],
    ['a name that is a list', ok({ name: ['x'] }), 422, 'INVALID_MESSAGE'],
    ['an empty name', ok({ name: ' ' }), 422, 'INVALID_MESSAGE'],
    ['a name of 65 characters', ok({ name: 'x'.repeat(65) }), 422, 'INVALID_MESSAGE'],
    ['a name with a line break', ok({ name: 'x\n>eval 1' }), 422, 'INVALID_MESSAGE'],
    ['an unknown format', ok({ format: 'gen9nothing' }), 404, 'FORMAT_NOT_FOUND'],
    ['a format of the sim that is not on offer', ok({ format: 'gen9customgame' }), 404, 'FORMAT_NOT_FOUND'],
    ['a format named after a prototype key', ok({ format: '__proto__' }), 404, 'FORMAT_NOT_FOUND'],
    ['a format with rules of its own', ok({ format: 'gen9ou@@@!Team Preview' }), 404, 'FORMAT_NOT_FOUND'],
    ['a format without teams', ok({ format: 'gen9randombattle' }), 422, 'INVALID_TEAM'],
    ['a body over 64 KiB', ok({ team: 'x'.repeat(LIMITS.teamBodyBytes) }), 413, 'PAYLOAD_TOO_LARGE'],
  ];
  for (const [name, payload, status, code] of rows) {
    it(`refuses ${name}`, async () => {
      const answer = await post(payload);
      assert.equal(answer.body['code'], code, answer.text);
      assert.equal(answer.status, status);
      assert.equal((await server.call('GET', '/teams', { token })).body['total'], 0);
    });
  }

  it('takes a body of exactly 64 KiB, and a name of exactly 64 characters', async () => {
    const plain = ok({ name: 'x'.repeat(64) });
    const payload = JSON.stringify(plain);
    const answer = await post(payload + ' '.repeat(LIMITS.teamBodyBytes - payload.length));
    assert.equal(answer.status, 201, answer.text);
    const more = await post(payload + ' '.repeat(LIMITS.teamBodyBytes - payload.length + 1));
    assert.equal(more.status, 413);
  });

  it('keeps a hundred teams and no more', async () => {
    for (let number = 0; number < LIMITS.teamsPerUser; number += 1) {
      server.clock.at += 60_000;
      assert.equal((await post(ok())).status, 201);
    }
    server.clock.at += 60_000;
    const answer = await post(ok());
    assert.equal(answer.status, 403);
    assert.equal(answer.body['code'], 'FORBIDDEN');
  });

  it('limits validations for each user', async () => {
    const validate = (as: string) =>
      server.call('POST', '/teams/validate', { token: as, payload: { format: 'gen9ou', team: 'x' } });
    for (let number = 0; number < LIMITS.teamValidations.burst; number += 1) {
      assert.equal((await validate(token)).status, 200);
    }
    const { status, body, headers } = await validate(token);
    assert.equal(status, 429);
    assert.equal(body['code'], 'RATE_LIMITED');
    assert.deepEqual(body['details'], { retryAfterMs: 2000 });
    assert.equal(headers.get('retry-after'), '2');
    assert.equal((await validate(server.guest().token)).status, 200);
    server.clock.at += 2000;
    assert.equal((await validate(token)).status, 200);
  });

  it('answers ids that are none without asking the database', async () => {
    for (const id of ['x', '%00', 'a'.repeat(2000), '..%2f', `00000000-0000-0000-0000-000000000000'`]) {
      const { status, body } = await server.call('GET', `/teams/${id}`, { token });
      assert.equal(status, 404);
      assert.equal(body['code'], 'TEAM_NOT_FOUND');
    }
  });
});
