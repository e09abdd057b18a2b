/** Tokens that must open nothing, on every door that asks for one. */
import { createHmac, generateKeyPairSync } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { TEST_SECRET } from '../../support/server-process.ts';
import { PRIVATE_KEY, PUBLIC_PEM } from '../target.ts';
import { post, type HttpRow } from './row.ts';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const inAnHour = Math.floor(Date.now() / 1000) + 3600;
const GOOD = { sub: 'mallory', name: 'Mallory', exp: inAnHour };

function signed(
  claims: unknown,
  { secret = TEST_SECRET, header = {} }: { secret?: string; header?: object } = {},
): string {
  const text = `${encode({ alg: 'HS256', typ: 'JWT', ...header })}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const good = signed(GOOD);
const [head = '', body = '', signature = ''] = good.split('.');

export const FORGED: readonly (readonly [string, string])[] = [
  ...['none', 'None', 'NONE', 'nOnE', '', 'HS384', 'HS512', 'RS256', 'PS256', 'EdDSA', '__proto__', 'constructor'].flatMap((alg) => [
    [`alg ${alg}, no signature`, `${encode({ alg, typ: 'JWT' })}.${body}.`] as const,
    [`alg ${alg}, signed with the secret`, signed(GOOD, { header: { alg } })] as const,
  ]),
  ...[null, 1, ['HS256'], {}].map((alg) => [`alg ${JSON.stringify(alg)}`, signed(GOOD, { header: { alg } })] as const),
  ['another secret', signed(GOOD, { secret: 'another-secret-0123456789-abcdefghijklmnop' })],
  ['an empty secret', signed(GOOD, { secret: '' })],
  ['HS256 with the public key', signed(GOOD, { secret: PUBLIC_PEM })],
  ['HS256 with the public key, trimmed', signed(GOOD, { secret: PUBLIC_PEM.trim() })],
  ['ES256 with another key', jwt.sign(GOOD, other, { algorithm: 'ES256' })],
  ['RS256 with a key of its own', jwt.sign(GOOD, rsa, { algorithm: 'RS256' })],
  ['ES256 of a key in its header', jwt.sign(GOOD, other, { algorithm: 'ES256', header: { alg: 'ES256', jwk: other.export({ format: 'jwk' }) } as never })],
  ['ES256 of keys at an address', jwt.sign(GOOD, other, { algorithm: 'ES256', header: { alg: 'ES256', jku: 'http://127.0.0.1:1/keys' } })],
  ['a key id that is a path', jwt.sign(GOOD, other, { algorithm: 'ES256', keyid: '../../../dev/null' })],
  ['ES256, expired', jwt.sign({ ...GOOD, exp: inAnHour - 7200 }, PRIVATE_KEY, { algorithm: 'ES256' })],
  ['expired', signed({ ...GOOD, exp: inAnHour - 7200 })],
  ['expired a second ago', signed({ ...GOOD, exp: Math.floor(Date.now() / 1000) - 1 })],
  ['not yet valid', signed({ ...GOOD, nbf: inAnHour })],
  ['no exp', signed({ sub: 'mallory' })],
  ...[null, 'never', String(inAnHour), {}, [], true, -1, 0].map((exp) => [`exp ${JSON.stringify(exp)}`, signed({ ...GOOD, exp })] as const),
  ['no sub', signed({ exp: inAnHour })],
  ...[null, '', 1, {}, [], ['mallory'], 'x'.repeat(129), 'bot:greedy', 'bot:', 'a\nb', 'a\u0000', 'é', '😀', 'a\u007f'].map((sub) => [`sub ${JSON.stringify(sub)?.slice(0, 30)}`, signed({ ...GOOD, sub })] as const),
  ['an extension that must be understood', signed(GOOD, { header: { crit: ['x'], x: 1 } })],
  ['other claims under a good signature', `${head}.${encode({ ...GOOD, sub: 'admin' })}.${signature}`],
  ['another header under a good signature', `${encode({ alg: 'HS256', kid: 'x' })}.${body}.${signature}`],
  ['half a signature', `${head}.${body}.${signature.slice(0, 20)}`],
  ['no signature', `${head}.${body}.`],
  ['two parts', `${head}.${body}`],
  ['four parts', `${good}.${signature}`],
  ['dots', '..'],
  ['a word', 'nonsense'],
  ['claims that are a list', signed([GOOD])],
  ['claims that are text', signed('mallory')],
  ['claims that are null', signed(null)],
  ['9 KB of it', signed({ ...GOOD, padding: 'x'.repeat(7000) })],
]; // prettier-ignore

const DOORS = [
  ['the queue', post('/matchmake/joinOrCreate/matchmaking', {})],
  ['a battle', post('/matchmake/joinById/:battle', {})],
  ['coming back', post('/matchmake/reconnect/:battle', { reconnectionToken: 'x' })],
  ['a seat', post('/battles/:battle/seat', {})],
  ['/me', { method: 'GET', path: '/me' }],
  ['/teams', { method: 'GET', path: '/teams' }],
  ['a team', post('/teams', { name: 'A', format: 'gen9ou', team: 'x' })],
] as const;

const HEADERS = [
  null, 'Bearer', 'Bearer ', 'Bearer null', 'bearer undefined', `Basic ${Buffer.from('admin:admin').toString('base64')}`, good, `Token ${good}`,
  `Bearer ${good} ${good}`, `Bearer "${good}"`, `Bearer ${good},`, `Bearer é`,
] as const; // prettier-ignore

/** Each token at two doors in turn, so that all doors see many; each malformed header at every door. */
export const TOKEN_ROWS: readonly HttpRow[] = [
  ...FORGED.flatMap(([name, token], index) =>
    [index, index + 3].map((turn): HttpRow => {
      const [door, request] = DOORS[turn % DOORS.length]!;
      return { name: `${door} with a token: ${name}`, token, request, status: 401, code: 'AUTH_FAILED' };
    }),
  ),
  ...HEADERS.flatMap((authorization) =>
    DOORS.map(([door, request]): HttpRow => {
      const headers = { ...('headers' in request && request.headers), ...(authorization !== null && { authorization }) };
      return {
        name: `${door} with the header ${authorization?.slice(0, 20)}`, token: null, status: 401, code: 'AUTH_FAILED',
        request: { ...request, headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, Buffer.from(value).toString('latin1')])) },
      };
    }),
  ),
]; // prettier-ignore
