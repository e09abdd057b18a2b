import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt from 'jsonwebtoken';
import { createTokens, type Tokens } from '../../src/auth/token.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const later = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = (key: KeyObject, more: object) => ({ ...key.export({ format: 'jwk' }), use: 'sig', ...more });

describe('tokens with a key set', () => {
  let provider: Server;
  let at: number;
  let fetches: number;
  let keys: object[];
  let isAway: boolean;
  let tokens: Tokens;

  beforeEach(async () => {
    [at, fetches, isAway] = [1_800_000_000_000, 0, false];
    keys = [jwk(rsa.publicKey, { kid: 'r', alg: 'RS256' }), jwk(ec.publicKey, { kid: 'e' })];
    provider = createServer((_req, res) => {
      fetches += 1;
      res.statusCode = isAway ? 500 : 200;
      res.end(JSON.stringify({ keys }));
    });
    provider.listen(0, '127.0.0.1');
    await once(provider, 'listening');
    const { port } = provider.address() as AddressInfo;
    tokens = createTokens({ jwksUrl: `http://127.0.0.1:${port}/jwks` }, () => at);
  });

  afterEach(async () => {
    provider.closeAllConnections();
    provider.close();
    await once(provider, 'close');
  });

  function token(algorithm: jwt.Algorithm, key: KeyObject, keyid?: string): string {
    const exp = Math.floor(at / 1000) + 60;
    return jwt.sign({ sub: 'user-1', exp }, key, { algorithm, ...(keyid !== undefined && { keyid }) });
  }

  const refused = (text: string) => assert.rejects(tokens.verify(text), { code: 'AUTH_FAILED' });

  it('are verified by the key they name, fetched once', async () => {
    assert.equal((await tokens.verify(token('RS256', rsa.privateKey, 'r'))).id, 'user-1');
    assert.equal((await tokens.verify(token('ES256', ec.privateKey, 'e'))).id, 'user-1');
    await Promise.all([1, 2, 3].map(() => tokens.verify(token('RS256', rsa.privateKey, 'r'))));
    assert.equal(fetches, 1);
  });

  it('are refused under the name of another key', async () => {
    await refused(token('RS256', rsa.privateKey, 'e'));
    await refused(token('ES256', ec.privateKey, 'r'));
    await refused(token('ES256', later.privateKey, 'e'));
  });

  it('are refused without a name where there are several keys', async () => {
    await refused(token('ES256', ec.privateKey));
    keys = [jwk(ec.publicKey, {})];
    at += 600_001;
    await tokens.verify(token('ES256', ec.privateKey));
  });

  it('are refused by a key meant for another algorithm, or not for signatures', async () => {
    keys = [jwk(rsa.publicKey, { kid: 'a', alg: 'RS512' }), jwk(ec.publicKey, { kid: 'b', use: 'enc' })];
    await refused(token('RS256', rsa.privateKey, 'a'));
    await refused(token('ES256', ec.privateKey, 'b'));
  });

  it('are refused under HS256, whatever they are signed with', async () => {
    keys = [...keys, { kty: 'oct', kid: 'o', k: Buffer.from('x'.repeat(32)).toString('base64url') }];
    const exp = Math.floor(at / 1000) + 60;
    await refused(jwt.sign({ sub: 'user-1', exp }, 'x'.repeat(32), { keyid: 'o' }));
    assert.equal(fetches, 0);
  });

  it('find a key that came later, and invented names cost one fetch in ten seconds', async () => {
    await tokens.verify(token('RS256', rsa.privateKey, 'r'));
    keys = [...keys, jwk(later.publicKey, { kid: 'l' })];
    await refused(token('ES256', later.privateKey, 'l'));
    assert.equal(fetches, 1);
    at += 10_000;
    await tokens.verify(token('ES256', later.privateKey, 'l'));
    for (let number = 0; number < 20; number += 1)
      await refused(token('ES256', later.privateKey, `x${number}`));
    assert.equal(fetches, 2);
  });

  it('are believed for an hour while the provider is away, and no longer', async () => {
    await tokens.verify(token('RS256', rsa.privateKey, 'r'));
    isAway = true;
    at += 3_600_000;
    await tokens.verify(token('RS256', rsa.privateKey, 'r'));
    at += 1;
    await refused(token('RS256', rsa.privateKey, 'r'));
    isAway = false;
    at += 10_000;
    await tokens.verify(token('RS256', rsa.privateKey, 'r'));
  });

  it('are refused by a key that was withdrawn, once the set is fetched again', async () => {
    await tokens.verify(token('RS256', rsa.privateKey, 'r'));
    keys = [jwk(ec.publicKey, { kid: 'e' })];
    at += 600_001;
    await refused(token('RS256', rsa.privateKey, 'r'));
  });

  it('are refused while there is no set at all', async () => {
    isAway = true;
    await refused(token('RS256', rsa.privateKey, 'r'));
  });
});
