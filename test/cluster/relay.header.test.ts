import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { RELAY_HEADER, signRelayHeader, verifyRelayHeader } from '../../src/cluster/relay/header.ts';
import { FakeScheduler } from '../support/fake-scheduler.ts';
import { NOW, relayWith, SECRET } from './relay.processes.ts';

const LINE = { method: 'GET', url: '/p/room?sessionId=s1&_authToken=t' };
const CLIENT = '2001:db8:1:2::/64';
const GOOD = signRelayHeader(SECRET, NOW, CLIENT, LINE);
const LIFETIME_MS = Number(GOOD.split('.')[1]) - NOW;

function requestWith(header: string | string[] | undefined, line = LINE): IncomingMessage {
  return {
    ...line,
    headers: { host: 'x', ...(header !== undefined && { [RELAY_HEADER]: header }) },
  } as never;
}

describe('the relay header', () => {
  it('has the form that other processes expect', () => {
    assert.match(GOOD, /^v1\.\d+\.[\w-]+\.[0-9a-f]{64}$/);
    assert.equal(Buffer.from(GOOD.split('.')[2]!, 'base64url').toString(), CLIENT);
  });

  it('gives any address back', () => {
    const anyLine = fc.record({ method: fc.constantFrom('GET', 'POST'), url: fc.string() });
    fc.assert(
      fc.property(fc.string({ maxLength: 32 }), anyLine, (address, line) => {
        const header = signRelayHeader(SECRET, NOW, address, line);
        const whole = Buffer.from(address).toString();
        assert.equal(verifyRelayHeader(SECRET, NOW, header, line), whole);
      }),
      { seed: 5 },
    );
  });

  it('is worth nothing when any character of it differs', () => {
    const characters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.=+/ ';
    for (let index = 0; index < GOOD.length; index++) {
      for (const character of characters) {
        if (GOOD[index] === character) continue;
        const bent = GOOD.slice(0, index) + character + GOOD.slice(index + 1);
        assert.equal(verifyRelayHeader(SECRET, NOW, bent, LINE), null, bent);
      }
      assert.equal(verifyRelayHeader(SECRET, NOW, GOOD.slice(0, index), LINE), null);
    }
  });

  const relay = relayWith(new FakeScheduler());
  const other = (change: Partial<typeof LINE>): string =>
    signRelayHeader(SECRET, NOW, CLIENT, { ...LINE, ...change });
  const worthless: readonly (readonly [string, string | string[] | undefined])[] = [
    ['is missing', undefined],
    ['is empty', ''],
    ['is junk', 'v1.2.3'],
    ['is signed with another secret', signRelayHeader('another', NOW, CLIENT, LINE)],
    ['has expired', signRelayHeader(SECRET, NOW - LIFETIME_MS, CLIENT, LINE)],
    ['is for another URL', other({ url: '/p/room?sessionId=s2&_authToken=t' })],
    ['is for another method', other({ method: 'POST' })],
    ['is of another version', GOOD.replace('v1', 'v2')],
    ['is given twice', `${GOOD}, ${GOOD}`],
    ['is given as a list', [GOOD, GOOD]],
    ['is in capitals', GOOD.toUpperCase()],
  ];
  for (const [name, header] of worthless) {
    it(`counts as not there when it ${name}`, () => {
      const request = requestWith(header);
      assert.equal(relay.readRelayed(request), null);
      assert.deepEqual(request.headers, { host: 'x' });
    });
  }

  it('is good until it expires', () => {
    const late = (ms: number) => relayWith(new FakeScheduler(), { now: () => NOW + ms });
    assert.deepEqual(late(LIFETIME_MS - 1).readRelayed(requestWith(GOOD)), { clientAddress: CLIENT });
    assert.equal(late(LIFETIME_MS).readRelayed(requestWith(GOOD)), null);
  });

  it('stands for the whole life of its request, and is taken off it', () => {
    let now = NOW;
    const clocked = relayWith(new FakeScheduler(), { now: () => now });
    const request = requestWith(GOOD);
    assert.deepEqual(clocked.readRelayed(request), { clientAddress: CLIENT });
    now += LIFETIME_MS;
    assert.deepEqual(clocked.readRelayed(request), { clientAddress: CLIENT });
    assert.deepEqual(request.headers, { host: 'x' });
  });

  it('needs a secret', () => {
    assert.throws(() => relayWith(new FakeScheduler(), { clusterSecret: '' }), RangeError);
  });
});
