import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { createTokens, type Tokens } from '../../src/auth/token.ts';
import { CodedError } from '../../src/errors.ts';

const NOW = 1_800_000_000_000;
const SECOND = NOW / 1000;
const SECRET = 'q8Zr1-vT5xLm0_YcKd7Wb3NhPf9GsJ2a4Eu6';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ec384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });

const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }) as string;
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = (more: object = {}) => ({ sub: 'user-1', name: 'Ash', exp: SECOND + 60, ...more });
const hs256 = (payload: object, secret: jwt.Secret = SECRET, options: jwt.SignOptions = {}) =>
  jwt.sign(payload, secret, { noTimestamp: true, ...options });
const asymmetric = (algorithm: jwt.Algorithm, key: KeyObject, payload: object = claims()) =>
  jwt.sign(payload, key, { algorithm });

/** A token with any header, signed by hand: the library refuses to make most of these. */
function forged(header: object, payload: object, secret: string): string {
  const content = `${base64url(header)}.${base64url(payload)}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

async function refused(tokens: Tokens, token: string): Promise<void> {
  await assert.rejects(tokens.verify(token), (error) => {
    assert(error instanceof CodedError);
    assert.equal(error.code, 'AUTH_FAILED');
    assert.equal(error.details, undefined);
    return true;
  });
}

describe('tokens', () => {
  const now = () => NOW;
  const bySecret = createTokens({ secret: SECRET }, now);
  const byRsa = createTokens({ publicKey: pem(rsa.publicKey) }, now);
  const byEc = createTokens({ publicKey: pem(ec.publicKey) }, now);
  const both = createTokens({ secret: SECRET, publicKey: pem(rsa.publicKey) }, now);

  it('are verified by HS256, RS256 and ES256, each with its own key', async () => {
    const identity = { id: 'user-1', name: 'Ash', expiresAt: NOW + 60_000 };
    assert.deepEqual(await bySecret.verify(hs256(claims())), identity);
    assert.deepEqual(await byRsa.verify(asymmetric('RS256', rsa.privateKey)), identity);
    assert.deepEqual(await byEc.verify(asymmetric('ES256', ec.privateKey)), identity);
    assert.deepEqual(await both.verify(hs256(claims())), identity);
    assert.deepEqual(await both.verify(asymmetric('RS256', rsa.privateKey)), identity);
  });

  const unsigned = `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url(claims())}.`;
  const rows: readonly (readonly [string, Tokens, string])[] = [
    ['no token', bySecret, ''],
    ['text that is none', bySecret, 'a.b.c'],
    ['alg none', bySecret, unsigned],
    ['alg none where only a public key is set', byRsa, unsigned],
    ['alg None', bySecret, forged({ alg: 'None' }, claims(), SECRET)],
    ['no alg', bySecret, forged({ typ: 'JWT' }, claims(), SECRET)],
    ['HS384', bySecret, hs256(claims(), SECRET, { algorithm: 'HS384' })],
    ['HS512', bySecret, hs256(claims(), SECRET, { algorithm: 'HS512' })],
    ['RS384', byRsa, asymmetric('RS384', rsa.privateKey)],
    ['PS256', byRsa, asymmetric('PS256', rsa.privateKey)],
    ['HS256 signed with the public RSA key', byRsa, forged({ alg: 'HS256' }, claims(), pem(rsa.publicKey))],
    ['HS256 signed with the public EC key', byEc, forged({ alg: 'HS256' }, claims(), pem(ec.publicKey))],
    [
      'HS256 signed with the public key beside a secret',
      both,
      forged({ alg: 'HS256' }, claims(), pem(rsa.publicKey)),
    ],
    ['HS256 signed with nothing', byRsa, forged({ alg: 'HS256' }, claims(), '')],
    ['RS256 where the key is an EC one', byEc, asymmetric('RS256', rsa.privateKey)],
    ['ES256 where the key is an RSA one', byRsa, asymmetric('ES256', ec.privateKey)],
    ['RS256 where only a secret is set', bySecret, asymmetric('RS256', rsa.privateKey)],
    ['another secret', bySecret, hs256(claims(), `${SECRET}x`)],
    ['another RSA key', byRsa, asymmetric('RS256', otherRsa.privateKey)],
    [
      'a changed payload',
      bySecret,
      hs256(claims()).replace(/\.[^.]+\./, `.${base64url(claims({ sub: 'user-2' }))}.`),
    ],
    ['an expired token', bySecret, hs256(claims({ exp: SECOND }))],
    ['no exp', bySecret, hs256({ sub: 'user-1' })],
    ['exp as text', bySecret, forged({ alg: 'HS256' }, claims({ exp: String(SECOND + 60) }), SECRET)],
    ['exp null', bySecret, forged({ alg: 'HS256' }, claims({ exp: null }), SECRET)],
    ['a token of tomorrow', bySecret, hs256(claims({ nbf: SECOND + 60 }))],
    ['no sub', bySecret, hs256({ exp: SECOND + 60 })],
    ['an empty sub', bySecret, hs256(claims({ sub: '' }))],
    ['a sub with a line break', bySecret, hs256(claims({ sub: 'a\nb' }))],
    ['a sub with a line break at its end', bySecret, hs256(claims({ sub: 'a\n' }))],
    ['a sub with a NUL', bySecret, hs256(claims({ sub: 'a\u0000' }))],
    ['a sub beyond ASCII', bySecret, hs256(claims({ sub: 'é' }))],
    ['a sub of 129 characters', bySecret, hs256(claims({ sub: 'x'.repeat(129) }))],
    ['a sub that is a number', bySecret, forged({ alg: 'HS256' }, claims({ sub: 7 }), SECRET)],
    ['a payload that is text', bySecret, forged({ alg: 'HS256' }, 'user-1' as unknown as object, SECRET)],
    [
      'an extension that must be understood',
      bySecret,
      forged({ alg: 'HS256', crit: ['b64'] }, claims(), SECRET),
    ],
    ['more than 8 KiB', bySecret, hs256(claims({ more: 'x'.repeat(8 * 1024) }))],
  ];
  for (const [name, tokens, token] of rows) {
    it(`refuse ${name}`, () => refused(tokens, token));
  }

  it('take a sub of 128 printable characters', async () => {
    const sub = `|${'~'.repeat(127)}`;
    assert.equal((await bySecret.verify(hs256(claims({ sub })))).id, sub);
  });

  const names: readonly (readonly [string, object, string])[] = [
    ['is cleaned', { name: '|A\u202es,h\n' }, 'As h'],
    ['is the sub where there is none', { name: undefined }, 'user-1'],
    ['is the sub where it is no text', { name: { $gt: '' } }, 'user-1'],
    ['is the sub where nothing of it can be shown', { name: '|||' }, 'user-1'],
    ['is never empty', { name: '', sub: '|||' }, 'Player'],
  ];
  for (const [name, more, shown] of names) {
    it(`have a name that ${name}`, async () => {
      assert.equal((await bySecret.verify(hs256(claims(more)))).name, shown);
    });
  }

  it('were good once they have run out, and never with another signature', async () => {
    const old = hs256(claims({ exp: SECOND - 1 }));
    assert.equal(await bySecret.signedFor(old), 'user-1');
    assert.equal(await bySecret.signedFor(`${old}x`), null);
    assert.equal(await bySecret.signedFor(''), null);
  });

  it('of guests are verified like any other, for 24 hours', async () => {
    let at = NOW;
    const tokens = createTokens({ secret: SECRET }, () => at);
    const { token, user } = tokens.issueGuest('|Gary|');
    assert.match(user.id, /^guest-[\da-f-]{36}$/);
    assert.equal(user.name, 'Gary');
    assert.deepEqual(await tokens.verify(token), { ...user, expiresAt: NOW + 86_400_000 });
    at = NOW + 86_400_000 - 1;
    await tokens.verify(token);
    at = NOW + 86_400_000;
    await refused(tokens, token);
  });

  it('of guests name and number each guest differently', () => {
    const guests = [bySecret.issueGuest(), bySecret.issueGuest('  '), bySecret.issueGuest()];
    assert.equal(new Set(guests.map(({ user }) => user.id)).size, 3);
    for (const { user } of guests) assert.match(user.name, /^Guest [\da-f]{6}$/);
  });

  it('of guests cannot be issued without a secret', () => {
    assert.throws(() => byRsa.issueGuest(), { code: 'FORBIDDEN' });
  });

  it('take no key that serves none of the three algorithms', () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const edwards = generateKeyPairSync('ed25519');
    for (const key of [ec384.publicKey, small.publicKey, edwards.publicKey]) {
      assert.throws(() => createTokens({ publicKey: pem(key) }, now));
    }
  });
});
