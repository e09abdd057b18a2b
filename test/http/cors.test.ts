import assert from 'node:assert/strict';
import { corsHeadersFor, isForeignOrigin } from '../../src/http/cors.ts';

const listed = { corsOrigins: ['https://fans.example'] };
const loopback = { corsOrigins: 'loopback' } as const;

const rows: readonly (readonly [string, { corsOrigins: readonly string[] | 'loopback' }, boolean])[] = [
  ['https://fans.example', listed, true],
  ['http://fans.example', listed, false],
  ['https://fans.example:8443', listed, false],
  ['https://fans.example.evil.example', listed, false],
  ['https://evil.example', listed, false],
  ['http://localhost:5173', listed, false],
  ['null', listed, false],
  ['http://localhost:5173', loopback, true],
  ['http://127.0.0.1', loopback, true],
  ['http://[::1]:3000', loopback, true],
  ['http://localhost.evil.example', loopback, false],
  ['http://127.0.0.1.evil.example:80', loopback, false],
  ['http://evil.example#http://localhost', loopback, false],
  ['https://fans.example', { corsOrigins: [] }, false],
];

describe('corsHeadersFor', () => {
  for (const [origin, config, isAllowed] of rows) {
    it(`${isAllowed ? 'allows' : 'allows nothing to'} ${origin} (${String(config.corsOrigins) || 'empty list'})`, () => {
      const headers = corsHeadersFor(origin, config);
      assert.equal(headers['Access-Control-Allow-Origin'], isAllowed ? origin : undefined);
      assert.equal(headers['Access-Control-Allow-Credentials'], undefined);
      assert.equal(headers['Vary'], 'Origin');
      if (!isAllowed) assert.deepEqual(Object.keys(headers), ['Vary']);
    });
  }

  it('has nothing to allow without an origin', () => {
    assert.deepEqual(corsHeadersFor(undefined, listed), { Vary: 'Origin' });
    assert.deepEqual(corsHeadersFor(null, listed), { Vary: 'Origin' });
  });
});

describe('isForeignOrigin', () => {
  it('is the same list, besides our own pages and what is no page', () => {
    for (const [origin, config, isAllowed] of rows) {
      assert.equal(isForeignOrigin(origin, 'play.example', config), !isAllowed, origin);
    }
    assert.equal(isForeignOrigin(undefined, 'play.example', listed), false);
    assert.equal(isForeignOrigin('https://play.example', 'play.example', listed), false);
    assert.equal(isForeignOrigin('https://play.example:1', 'play.example', listed), true);
    assert.equal(isForeignOrigin('null', undefined, listed), true);
  });
});
