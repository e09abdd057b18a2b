/** Fuzz of every route that docs/protocol.md names: paths, queries, tokens and bodies. Each answer is of the protocol. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { ERRORS, type ErrorCode } from '../../src/errors.ts';
import { rawTcp } from '../support/raw-tcp.ts';
import type { Target, User } from '../security/target.ts';
import { mangled } from './mangled.ts';

export interface Route {
  readonly method: string;
  /** With `:name` for what varies. */
  readonly path: string;
}

/** As the page lists them, and what every client asks besides. */
export function documentedRoutes(): Route[] {
  const page = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
  const named = Array.from(
    page.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/[\w:/.-]*)/g),
    ([, method, path]) => ({
      method: method!,
      path: path!,
    }),
  );
  const more = ['', '/ready', '/live'].map((path) => ({ method: 'GET', path: `/health${path}` }));
  const joins = [
    'joinOrCreate/:room',
    'join/:room',
    'create/:room',
    'joinById/:id',
    'reconnect/:id',
    ':room/:id',
  ];
  return [...named, ...more, ...joins.map((path) => ({ method: 'POST', path: `/matchmake/${path}` })),
    { method: 'GET', path: '/replays/:id.json' }, { method: 'GET', path: '/replays/:id.log' }, { method: 'GET', path: '/' },
    { method: 'GET', path: '/assets/:id' }, { method: 'GET', path: '/:room' }]; // prettier-ignore
}

const percent = fc
  .uint8Array({ maxLength: 8 })
  .map((bytes) => Array.from(bytes, (one) => `%${one.toString(16)}`).join(''));
const word = fc.oneof(
  fc.constantFrom('x', 'matchmaking', 'battle', 'ladder', 'gen9ou', 'gen1randombattle', '__proto__', 'constructor', '..', '%2e%2e', '%00', '%', '%E0%A4%A', 'null', '-1', 'x'.repeat(300)),
  fc.string({ maxLength: 12 }).map(encodeURIComponent),
  percent,
); // prettier-ignore
const field = fc.constantFrom(
  'limit',
  'offset',
  'user',
  'format',
  'cursor',
  'before',
  'after',
  'key',
  'dryRun',
  '__proto__',
  'limit[]',
  'user[$ne]',
  'x',
);
const query = fc.array(fc.tuple(field, fc.oneof(fc.integer().map(String), word)), { maxLength: 4 }).map((all) =>
  all.map((pair) => pair.join('=')).join('&'),
); // prettier-ignore
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom(true, false, 1e308, '', 'gen9ou', 'x'.repeat(3000), '\u0000', '\ud800'),
);
const key = fc.constantFrom(
  'name',
  'format',
  'team',
  'private',
  'teamPublished',
  'from',
  'side',
  'roomId',
  'options',
  '__proto__',
  'constructor',
);
const body = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(key, value, { maxKeys: 4 }).map((one) => JSON.stringify(one)) },
  { weight: 1, arbitrary: value.map((one) => JSON.stringify(one)) },
  { weight: 1, arbitrary: mangled('{"name":"A","format":"gen9ou","team":"Pikachu||LightBall|Static|Thunderbolt|Timid|,,,252,4,252||||50|"}') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 100 }) },
); // prettier-ignore
const type = fc.oneof(
  { weight: 6, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('text/plain', 'application/json; charset=x', 'multipart/form-data', ''),
  },
);
const token = fc.constantFrom<'own' | 'none' | 'junk' | 'basic'>(
  'own',
  'own',
  'own',
  'none',
  'junk',
  'basic',
);
const odd = fc.dictionary(
  fc.constantFrom('x-forwarded-for', 'x-forwarded-host', 'x-endure-relay', 'x-http-method-override', 'range', 'accept', 'accept-encoding', 'if-none-match', 'origin', 'expect', 'cookie'),
  fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('127.0.0.1', 'bytes=0-1e9', '*/*;q=x', 'https://evil.example', 'v1.9.x.00')),
  { maxKeys: 2 },
); // prettier-ignore

const routes = documentedRoutes();
const requests = fc.record({
  route: fc.constantFrom(...routes),
  words: fc.array(word, { minLength: 3, maxLength: 3 }),
  query, body, type, token, odd,
  isOtherMethod: fc.nat(19).map((number) => number === 0),
}); // prettier-ignore
type FuzzedRequest = typeof requests extends fc.Arbitrary<infer One> ? One : never;

/** A user makes so many, an address so many users: their limits are another test's business. */
const PER_USER = 40;
const AT_ONCE = 4;

/** How many of each status came. Rejects at the first answer that is not of the protocol. */
export async function fuzzHttp(target: Target, count: number, seed: number): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  const all = fc.sample(requests, { numRuns: count, seed });
  const next = all.entries();
  const work = async (): Promise<void> => {
    let user = target.user();
    let sent = 0;
    for (const [, request] of next) {
      if (++sent % PER_USER === 0) user = target.user();
      const status = await send(target, user, request);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return statuses;
}

async function send(target: Target, user: User, request: FuzzedRequest): Promise<number> {
  const { route, words, isOtherMethod } = request;
  let place = 0;
  const path = route.path.replaceAll(/:\w+/g, () => words[place++ % words.length]!);
  const method = isOtherMethod ? 'PUT' : route.method;
  const hasBody = method !== 'GET';
  const authorization = {
    own: `Bearer ${user.token}`,
    none: '',
    junk: `Bearer ${words[0]}`,
    basic: `Basic ${words[0]}`,
  }[request.token];
  const headers = Object.fromEntries(
    Object.entries({ ...request.odd, authorization, ...(hasBody && { 'content-type': request.type }) })
      .map(([name, text]) => [name, text.replaceAll(/[^\x20-\x7e]/g, '?')] as const)
      .filter(([name, text]) => text !== '' && name !== 'expect'),
  );
  const answer = await target.http({
    method,
    path: `${path}${request.query && `?${request.query}`}`,
    headers,
    localAddress: target.address(),
    ...(hasBody && { body: request.body }),
  });
  const shown = (): string =>
    `${method} ${path}?${request.query} ${request.body} → ${JSON.stringify(answer)}`;
  assert.ok(answer !== 'cut', shown());
  const { status, json, text } = answer;
  assert.ok(status < 500 || (status === 503 && text.startsWith('The page is not built')), shown());
  if (status < 400 || status === 503) return status;
  const code = json?.['code'] as ErrorCode | undefined;
  assert.ok(code !== undefined && Object.hasOwn(ERRORS, code) && ERRORS[code].status === status, shown());
  assert.ok(answer.headers['x-content-type-options'] === 'nosniff', shown());
  return status;
}

const GOOD =
  'POST /auth/guest HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"name":"A"}';

/** Requests that were good once, byte by byte: each is answered below 500, or cut. */
export async function fuzzRequestBytes(target: Target, count: number, seed: number): Promise<number> {
  const texts = fc.sample(mangled(GOOD), { numRuns: count, seed });
  const next = texts.values();
  const work = async (): Promise<void> => {
    for (const text of next) {
      const answer = await rawTcp(target.url, Buffer.from(text, 'latin1'), 60);
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
      assert.ok(status < 500, `${JSON.stringify(text)} → ${answer}`);
    }
  };
  await Promise.all(Array.from({ length: 4 * AT_ONCE }, work));
  return texts.length;
}
