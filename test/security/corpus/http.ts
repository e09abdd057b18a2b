/** Requests over HTTP that must be refused, and what of an accepted one must be ignored. */
import { gzipSync } from 'node:zlib';
import { LIMITS } from '../../../src/config/limits.ts';
import type { RawRequest } from '../../support/raw-socket.ts';
import { JSON_TYPE, post, show, type HttpRow } from './row.ts';

const get = (path: string, headers: Record<string, string> = {}): RawRequest => ({
  method: 'GET',
  path,
  headers,
});

const MATCHMAKE = '/matchmake/joinOrCreate/matchmaking';
const JOIN = '/matchmake/joinById/:battle';
const NIL = '00000000-0000-0000-0000-000000000000';
const MB_20 = 20_000_000;

const CREATING: readonly HttpRow[] = [
  ...['create/battle', 'joinOrCreate/battle', 'join/battle', 'create/matchmaking', 'create/nothing', 'joinOrCreate/nothing',
    'join/constructor', 'create/__proto__', 'joinOrCreate/toString', 'create/:battle', 'joinOrCreate/:battle'].map((path): HttpRow => ({
    name: `POST /matchmake/${path}`, request: post(`/matchmake/${path}`, { roomId: 'mine', takeover: {}, recover: true }), status: 403, code: 'FORBIDDEN',
  })),
  ...['joinById/nothing', 'joinById/__proto__', 'joinById/constructor', 'joinById/battle', 'reconnect/nothing', 'reconnect/__proto__'].map((path): HttpRow => ({
    name: `POST /matchmake/${path}`, request: post(`/matchmake/${path}`, {}), status: 404, code: 'BATTLE_NOT_FOUND',
  })),
  ...['constructor/battle', '__proto__/matchmaking', 'toString/battle', 'joinbyid/x', 'joinById', 'joinById/', 'joinById/a/b', 'joinById/%00', 'joinById/..%2f..%2fetc',
    'joinById/%E0%A4%A', 'joinById/é', `joinById/${'x'.repeat(65)}`, 'exposedMethods/battle', 'invokeMethod/battle', ''].map((path): HttpRow => ({
    name: `POST /matchmake/${path}`, request: post(`/matchmake/${encodeIfNeeded(path)}`, {}), status: 404, code: 'NOT_FOUND',
  })),
  ...['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD'].map((method): HttpRow => ({
    name: `${method} ${MATCHMAKE}`, request: { method, path: MATCHMAKE }, status: 404, ...(method !== 'HEAD' && { code: 'NOT_FOUND' as const }),
  })),
]; // prettier-ignore

/** What a client may say about a join is `from`, and nothing else. */
const OPTIONS: readonly HttpRow[] = [
  ...[-1, 1.5, '0', 1e6, 1e9, 2 ** 60, 'x'.repeat(10_000), [], {}, null, true].map((from): HttpRow => ({
    name: `joinById with from ${show(from)}`, request: post(JOIN, { from }), status: 422, code: 'INVALID_MESSAGE',
  })),
  ...[
    { roomId: 'mine' }, { ports: {} }, { takeover: {}, epoch: 99 }, { recover: true }, { side: 'p1' }, { auth: { id: 'p1' } },
    { sessionId: 'x' }, { reconnectionToken: 'x' }, { reconnectionToken: {} }, { isRecovered: true }, { maxClients: 1 },
    JSON.parse('{"__proto__":{"side":"p1"}}') as object, { constructor: { prototype: {} } },
  ].map((options): HttpRow => ({
    name: `joinById with ${show(options)}`, request: post(JOIN, options), status: 200,
    check: (json) => { if (json['sessionId'] === 'x') throw new Error('the session id was the client’s'); },
  })),
  ...[[], [1], 'x', 1, true, '"text"'].map((body): HttpRow => ({
    name: `joinById with the body ${show(body)}`, request: post(JOIN, typeof body === 'string' && body !== 'x' ? body : JSON.stringify(body)), status: 422, code: 'INVALID_MESSAGE',
  })),
  { name: 'reconnect with an unknown token', request: post('/matchmake/reconnect/:battle', { reconnectionToken: 'x' }), status: 200 },
  { name: 'joining the queue with options', request: post(MATCHMAKE, { ports: {}, userId: 'x', roomId: 'x' }), status: 200 },
]; // prettier-ignore

const BODY_PATHS = [MATCHMAKE, '/auth/guest', '/battles/:battle/seat', '/teams', '/teams/validate'] as const;

const BODIES: readonly HttpRow[] = BODY_PATHS.flatMap((path): HttpRow[] => {
    const limit = path.startsWith('/teams') ? LIMITS.teamBodyBytes : LIMITS.bodyBytes;
    const tooLarge = { status: 413, code: 'PAYLOAD_TOO_LARGE', mayCut: true } as const;
    return [
      { name: `${path}: a body a byte too large`, request: post(path, JSON.stringify({ x: 'x'.repeat(limit - 7) })), ...tooLarge },
      { name: `${path}: 1 MB`, request: post(path, JSON.stringify({ x: 'x'.repeat(1_000_000) })), ...tooLarge },
      { name: `${path}: 20 MB`, request: post(path, Buffer.alloc(MB_20, '[')), ...tooLarge },
      { name: `${path}: 20 MB in chunks`, request: { ...post(path, Buffer.alloc(MB_20, ' ')), isChunked: true }, ...tooLarge },
      ...['{', '{"a":', 'nonsense', '{"a":1}}', "{'a':1}", '\u0000', '[1,', '{"a":\ud800}'].map((body): HttpRow => ({
        name: `${path}: not JSON, ${show(body)}`, request: post(path, Buffer.from(body)), status: 422, code: 'INVALID_MESSAGE',
      })),
      ...['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense', 'multipart/form-data; boundary=x'].map((type): HttpRow => ({
        name: `${path}: content type ${type}`, request: post(path, '{"a":1}', { 'content-type': type }), status: 422, code: 'INVALID_MESSAGE',
      })),
      { name: `${path}: zipped`, request: post(path, gzipSync('{}'), { 'content-encoding': 'gzip' }), status: 422, code: 'INVALID_MESSAGE' },
      { name: `${path}: a bomb, zipped`, request: post(path, gzipSync(Buffer.alloc(5_000_000, ' ')), { 'content-encoding': 'gzip' }), status: 422, code: 'INVALID_MESSAGE' },
      { name: `${path}: an unknown charset`, request: post(path, '{}', { 'content-type': 'application/json; charset=klingon' }), status: 422, code: 'INVALID_MESSAGE' },
      { name: `${path}: 5,000 levels`, request: post(path, '['.repeat(5000) + ']'.repeat(5000)), status: 422, code: 'INVALID_MESSAGE' },
    ];
  }); // prettier-ignore

const FORMAT = 'gen9ou';
const TEAM = 'Pikachu||LightBall|Static|Thunderbolt,Surf,FakeOut,Protect|Timid|,,,252,4,252||||50|';

const TEAMS: readonly HttpRow[] = [
  ...[undefined, null, 1, '', ' ', 'x'.repeat(65), 'a\nb', 'a\u0000b', 'a\u202eb', '\u200b', {}, []].map((name): HttpRow => ({
    name: `a team called ${show(name)}`, request: post('/teams', { name, format: FORMAT, team: TEAM }), status: 422, code: 'INVALID_MESSAGE',
  })),
  ...['__proto__', 'constructor', 'gen9ouu', 'gen9ou\n', "' or 1=1", '\u0000', ''].map((format): HttpRow => ({
    name: `a team of format ${show(format)}`, request: post('/teams', { name: 'A', format, team: TEAM }), status: 404, code: 'FORMAT_NOT_FOUND',
  })),
  ...[null, 1, {}, [], true, 'f'.repeat(65)].filter((one) => !Array.isArray(one)).map((format): HttpRow => ({
    name: `a team of format ${show(format)}`, request: post('/teams', { name: 'A', format, team: TEAM }), status: 422, code: 'INVALID_MESSAGE',
  })),
  ...[null, 1, true, {}, ''].map((team): HttpRow => ({
    name: `a team that is ${show(team)}`, request: post('/teams', { name: 'A', format: FORMAT, team }), status: 422, code: 'INVALID_MESSAGE',
  })),
  ...[
    'nonsense', '>eval 1', `\n>eval 1\n`, '|||||||', ']]]]]]', '|'.repeat(2000), ']'.repeat(2000), 'x'.repeat(20_000), '__proto__|||||||', 'constructor|||||||',
    `${TEAM}]${TEAM}`, '\u0000', 'Pikachu @ __proto__', '=== [gen9ou] x ===', '- '.repeat(1000),
    [null], [1], ['x'], [[]], [{}], [{ species: 'Pikachu' }], [{ species: {}, moves: [] }], [{ species: 'Pikachu', moves: 'x' }], [{ species: '__proto__', moves: ['constructor'] }],
    [{ species: 'Pikachu', moves: [{}] }], [{ species: 'Pikachu', moves: [], evs: { hp: 1e9 } }], [{ species: 'Pikachu', moves: [], level: 1e9 }],
    [{ species: 'Pikachu', moves: [], nature: 'x|y]z' }], Array.from({ length: 25 }, () => ({ species: 'Pikachu', moves: [] })),
    [JSON.parse('{"species":"Pikachu","moves":[],"__proto__":{"level":100}}')],
  ].map((team): HttpRow => ({
    name: `a team of ${show(team)}`, request: post('/teams', { name: 'A', format: FORMAT, team }), status: 422, code: 'INVALID_TEAM',
  })),
  { name: 'a team with an owner', request: post('/teams', { name: 'A', format: FORMAT, team: TEAM, owner: 'x' }), status: 422, code: 'INVALID_MESSAGE' },
  { name: 'a team with an id', request: post('/teams', { id: NIL, name: 'A', format: FORMAT, team: TEAM }), status: 422, code: 'INVALID_MESSAGE' },
  ...[':team', NIL, 'x', '__proto__', 'constructor', '%00', '..%2f..%2fetc%2fpasswd', "'%20or%201=1--", 'x'.repeat(500)].flatMap((id): HttpRow[] =>
    (['GET', 'DELETE', 'PUT'] as const).map((method) => ({
      name: `${method} /teams/${id}`, status: 404, code: 'TEAM_NOT_FOUND',
      request: method === 'PUT' ? { ...post(`/teams/${id}`, { name: 'A', format: 'gen9ou', team: TEAM }), method } : { method, path: `/teams/${id}` },
    })),
  ).filter(({ request }) => request.method !== 'PUT'),
  { name: "an export of somebody's team", request: get('/teams/:team/export'), status: 404, code: 'TEAM_NOT_FOUND' },
  { name: 'a team id that cannot be decoded', request: get('/teams/%E0%A4%A'), status: 422, code: 'INVALID_MESSAGE' },
]; // prettier-ignore

const PATHS: readonly HttpRow[] = [
  ...['/../../etc/passwd', '/..%2f..%2fetc%2fpasswd', '//evil.example/x', '/formats/../../x', '/__proto__', '/constructor', '/teamsx', '/battle', '/.env', '/src/main.ts', '/matchmake',
    '/monitor', '/metrics', '/playground', '/colyseus', '/auth/login', '/auth/register', '/rooms', '/health/cleanup', '/health/stats'].map((path): HttpRow => ({
    name: `GET ${path}`, request: get(path), status: [401, 404],
  })),
  ...['x', '__proto__', 'constructor', 'toString', 'é', '%00', '..%2f..', "'%20or%201=1--", 'x'.repeat(200)].flatMap((id): HttpRow[] => [
    { name: `GET /battles/${id}`, request: get(`/battles/${encodeIfNeeded(id)}`), status: 404, code: 'BATTLE_NOT_FOUND' },
    { name: `GET /challenges/${id}`, request: get(`/challenges/${encodeIfNeeded(id)}`), status: 404, code: 'CHALLENGE_NOT_FOUND' },
    { name: `a block of ${id}`, request: { method: 'PUT', path: `/me/blocked/${encodeIfNeeded(id)}` }, status: 404, code: 'NOT_FOUND' },
    { name: `a seat in ${id}`, request: post(`/battles/${encodeIfNeeded(id)}/seat`, {}), status: 404, code: 'BATTLE_NOT_FOUND' },
  ]),
  { name: 'a seat with a side', request: post('/battles/:battle/seat', { side: 'p1' }), status: 422, code: 'INVALID_MESSAGE' },
  { name: 'a seat with a from', request: post('/battles/:battle/seat', { from: -1 }), status: 422, code: 'INVALID_MESSAGE' },
  ...['limit=0', 'limit=-1', 'limit=101', 'limit=x', 'limit=1e1', 'limit=', 'limit=1&limit=2', 'limit[]=1', 'offset=-1', 'offset=99999999999', 'offset=0x10', 'user=', 'user=%00',
    'user[$ne]=x', `user=${'x'.repeat(129)}`, 'user=a&user=b', 'user=%F0%9F%98%80'].map((query): HttpRow => ({
    name: `GET /battles?${query}`, request: get(`/battles?${query}`), status: query.includes('[') ? [200, 422] : 422, ...(!query.includes('[') && { code: 'INVALID_MESSAGE' as const }),
  })),
  ...['format=__proto__', 'format=constructor', 'format=nope', 'format=%00'].flatMap((query): HttpRow[] => [
    { name: `GET /battles?${query}`, request: get(`/battles?${query}`), status: 404, code: 'FORMAT_NOT_FOUND' },
    { name: `GET /battles/live?${query}`, request: get(`/battles/live?${query}`), status: 404, code: 'FORMAT_NOT_FOUND' },
  ]),
  { name: 'a query with __proto__', request: get('/battles?__proto__[limit]=5&constructor[prototype][limit]=5'), status: 200 },
  { name: '5,000 query fields', request: get(`/battles?${'a=1&'.repeat(2500)}`), status: [200, 422] },
  { name: 'a header of 20 KB', request: get('/formats', { 'x-large': 'x'.repeat(20_000) }), status: 431, mayCut: true },
  { name: '1,000 headers', request: get('/formats', Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x-${index}`, 'x'.repeat(20)]))), status: [200, 431], mayCut: true },
  { name: 'a path of 20 KB', request: get(`/battles/${'x'.repeat(20_000)}`), status: 431, mayCut: true },
  { name: 'two lengths', request: { ...post('/auth/guest', '{}'), headers: { ...JSON_TYPE, 'content-length': ['2', '3'] } }, status: 400, mayCut: true },
  { name: 'length and chunks', request: { ...post('/auth/guest', '{}'), headers: { ...JSON_TYPE, 'content-length': '2', 'transfer-encoding': 'chunked' } }, status: 400, mayCut: true },
]; // prettier-ignore

const NAMES: readonly HttpRow[] = [
  ...[1, null, {}, [], true, 'x'.repeat(201)].map((name): HttpRow => ({
    name: `a guest called ${show(name)}`, request: post('/auth/guest', { name }), status: 422, code: 'INVALID_MESSAGE',
  })),
  { name: 'a guest with an id', request: post('/auth/guest', { name: 'A', id: 'p1' }), status: 422, code: 'INVALID_MESSAGE' },
  { name: 'a guest with a sub', request: post('/auth/guest', { sub: 'p1' }), status: 422, code: 'INVALID_MESSAGE' },
  ...['a\n>eval 1', '|win|x', '\u0000', '\u202eabc', '__proto__', ' ', '', 'é'.repeat(200), '<b>x</b>', '🏴󠁧󠁢'].map((name): HttpRow => ({
    name: `a guest called ${show(name)}`, request: post('/auth/guest', { name }), status: 201,
    check: (json) => {
      const shown = (json['user'] as { name: string }).name;
      if (shown === '' || shown.length > 18 || /[\p{C}|,[\]]/u.test(shown)) throw new Error(`the name is shown as ${show(shown)}`);
    },
  })),
]; // prettier-ignore

function encodeIfNeeded(path: string): string {
  return /^[\x21-\x7e]*$/.test(path) ? path : encodeURI(path);
}

export const HTTP_ROWS: readonly HttpRow[] = [
  ...CREATING,
  ...OPTIONS,
  ...BODIES,
  ...TEAMS,
  ...PATHS,
  ...NAMES,
];
